namespace TuneGraph.Collectives;

/// <summary>A group over whatever transport it is given: sub-groups, and groups with something in between.</summary>
internal sealed class TransportGroup(Transport transport, ProcessGroupOptions options)
    : ProcessGroup(transport, options);
