using TuneGraph.Collectives;

namespace TuneGraph.Worker;

/// <summary>Ranks of this process in a gang that meets by sidecars.</summary>
internal sealed class DaprGang(
    GradInbox inbox,
    GangSeat seat,
    GangMeeting meeting,
    int ranks,
    AllReduceAlgorithm allReduce,
    CancellationToken stop)
    : GangPlace
{
    // Rank 0 may wait for a scheduler that is away.
    private static readonly TimeSpan _stall = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly List<ProcessGroup> _joined = [];

    /// <inheritdoc/>
    public override ProcessGroup Join(int index)
    {
        var place = new DaprPlace(
            $"{seat.Name}/{meeting.Secret}",
            Epoch: 1,
            seat.FirstRank + index,
            [.. Enumerable.Range(0, seat.WorldSize).Select(TopicOf)]);
        try
        {
            var group = DaprGroup.Join(
                inbox,
                place,
                new ProcessGroupOptions
                {
                    Algorithm = allReduce,
                    SumInRankOrder = allReduce == AllReduceAlgorithm.Auto,
                    StallTime = _stall,
                },
                stop);
            lock (_lock)
                _joined.Add(group);
            return group;
        }
        catch (TimeoutException e)
        {
            throw new GangBrokenException($"rank {place.Rank} could not join its gang: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _joined.ForEach(group => group.Dispose());

    private string? TopicOf(int rank)
    {
        if (rank >= seat.FirstRank && rank < seat.FirstRank + ranks)
            return inbox.Topic;
        return rank == 0 ? meeting.Store[GangMeeting.BusPrefix.Length..] : null;
    }
}
