namespace TuneGraph.Collectives;

/// <summary>A group among some ranks of another; made by <see cref="ProcessGroup.CreateSubGroup"/>.</summary>
internal sealed class SubGroup(Transport transport, ProcessGroupOptions options) : ProcessGroup(transport, options);
