namespace TuneGraph.Collectives;

/// <summary>What the progress thread of a group does, in its turn.</summary>
internal abstract class ProgressWork
{
    /// <summary>What the calls made while it runs are for; see <see cref="ProcessGroup.Label"/>.</summary>
    internal CallLabel Tag { get; init; }

    /// <summary>Does it. Throws nothing: whoever waits for it is told.</summary>
    internal abstract void Run();

    /// <summary>Tells whoever waits for it that it will never run.</summary>
    internal abstract void Refuse(Exception reason);
}
