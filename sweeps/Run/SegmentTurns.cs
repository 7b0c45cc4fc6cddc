namespace TuneGraph;

/// <summary>
/// Of the trials that need the same segment at the same time one trains it, and the others wait: in this sweep, and
/// over all studies of the scheduler. Used by the runner's loop only.
/// </summary>
/// <param name="shared">What was trained already, and by whom it is trained now.</param>
/// <param name="withdraw">Takes a task back that no worker has begun, for a reason; false when one has.</param>
internal sealed class SegmentTurns(SharedSegments shared, Func<string, string, bool> withdraw)
{
    private readonly Dictionary<string, Turn> _turns = [];
    private readonly HashSet<int> _withdrawn = [];

    /// <summary>Trials that wait for a segment that another study trains.</summary>
    public IReadOnlyList<int> WaitingElsewhere =>
        [.. _turns.Values.Where(turn => turn.Own is null).SelectMany(turn => turn.Waiting)];

    /// <summary>A trial needs a segment.</summary>
    /// <returns>Whether its task is to be submitted; else it waits.</returns>
    public bool TryBegin(TrainSegment segment)
    {
        if (_turns.TryGetValue(segment.Key, out var turn))
        {
            turn.Waiting.Add(segment.Number);
            return false;
        }

        var isOwn = shared.TryClaim(segment);
        _turns.Add(segment.Key, isOwn ? new Turn(segment, []) : new Turn(null, [segment.Number]));
        return isOwn;
    }

    /// <summary>A worker is to begin a segment.</summary>
    /// <returns>Whether it may; else the trial is decided anew once its task has ended.</returns>
    public bool TryStart(TrainSegment segment)
    {
        if (shared.TryStart(segment))
            return true;
        _withdrawn.Add(segment.Number);
        return false;
    }

    /// <summary>A worker has a segment no more, and its task is not over.</summary>
    public void Returned(TrainSegment segment) => shared.Return(segment);

    /// <summary>
    /// Another study's worker has a segment: who has only submitted it here is to wait for that. Or it has it no more:
    /// who has waited takes its steps over, or trains it.
    /// </summary>
    /// <returns>The trials that have waited for it and do no longer, in their order.</returns>
    public IReadOnlyList<int> Elsewhere(SegmentElsewhere segment)
    {
        var turn = _turns.GetValueOrDefault(segment.Key);
        if (segment.IsTaken && turn?.Own is { } own)
            Withdraw(own, "another study trains the same segment");
        if (segment.IsTaken || turn is not { Own: null })
            return [];
        _turns.Remove(segment.Key);
        return turn.Waiting;
    }

    /// <summary>Takes the task of a segment back if no worker has begun it: its trial is decided anew.</summary>
    public void Withdraw(TrainSegment segment, string reason)
    {
        if (_withdrawn.Add(segment.Number) && !withdraw(segment.Key, reason))
            _withdrawn.Remove(segment.Number);
    }

    /// <summary>Whether the task of a trial ended because it was withdrawn; asked once.</summary>
    public bool WasWithdrawn(int trial) => _withdrawn.Remove(trial);

    /// <summary>Nobody of this sweep trains a segment any more, however that ended.</summary>
    /// <returns>The trials that have waited for it, in their order.</returns>
    public IReadOnlyList<int> End(TrainSegment segment)
    {
        shared.Release(segment);
        return _turns.Remove(segment.Key, out var turn) ? turn.Waiting : [];
    }

    private sealed record Turn(TrainSegment? Own, List<int> Waiting);
}
