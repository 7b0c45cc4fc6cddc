using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>Ranks that are threads of this process; all memory is common.</summary>
internal sealed unsafe class InProcessTransport : BoardTransport
{
    private readonly InProcessHub _hub;
    private readonly Board _board;

    internal InProcessTransport(InProcessHub hub, int rank) : base(rank, hub.WorldSize)
    {
        _hub = hub;
        _board = new(hub.Memory, rank, hub.WorldSize, hub.Bell, window: null);
    }

    internal override Board Board => _board;

    /// <inheritdoc/>
    public override Transport Split(ImmutableArray<int> members, long key) =>
        new InProcessTransport(_hub.Join(members, key), members.IndexOf(Rank));

    private protected override BoardStream Stream(int from, int to) => _hub.Stream(from, to);
}
