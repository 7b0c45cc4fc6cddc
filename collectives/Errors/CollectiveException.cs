namespace TuneGraph.Collectives;

/// <summary>A collective could not be carried out. After any of these the group is finished: make a new one.</summary>
public abstract class CollectiveException : Exception
{
    private protected CollectiveException(string message, CollectiveCall call, Exception? inner = null)
        : base(message, inner) => Call = call;

    /// <summary>The call that this rank was in, or its last one.</summary>
    public CollectiveCall Call { get; }
}
