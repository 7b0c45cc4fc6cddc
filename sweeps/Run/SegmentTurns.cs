namespace TuneGraph;

/// <summary>
/// Of the trials that need the same segment at the same time one trains it, and the others wait: in this sweep, and
/// over all studies of the scheduler. Used by the runner's loop only.
/// </summary>
internal sealed class SegmentTurns(SharedSegments shared)
{
    private readonly Dictionary<string, Turn> _turns = [];

    /// <summary>Trials that wait for a segment that another study trains.</summary>
    public IReadOnlyList<int> WaitingElsewhere =>
        [.. _turns.Values.Where(turn => !turn.IsOwn).SelectMany(turn => turn.Waiting)];

    /// <summary>A trial is to train a segment.</summary>
    /// <returns>Whether it does; else it waits.</returns>
    public bool TryBegin(TrainSegment segment)
    {
        if (_turns.TryGetValue(segment.Key, out var turn))
        {
            turn.Waiting.Add(segment.Number);
            return false;
        }

        var isOwn = shared.TryClaim(segment);
        _turns.Add(segment.Key, new Turn(isOwn, isOwn ? [] : [segment.Number]));
        return isOwn;
    }

    /// <summary>Nobody of this sweep trains a segment any more, however that ended.</summary>
    /// <returns>The trials that have waited for it, in their order.</returns>
    public IReadOnlyList<int> End(TrainSegment segment)
    {
        shared.Release(segment);
        return _turns.Remove(segment.Key, out var turn) ? turn.Waiting : [];
    }

    /// <summary>The study that trained a segment does so no more, however that ended.</summary>
    /// <returns>The trials that have waited for it, in their order.</returns>
    public IReadOnlyList<int> Freed(string key) =>
        _turns.TryGetValue(key, out var turn) && !turn.IsOwn && _turns.Remove(key) ? turn.Waiting : [];

    private sealed record Turn(bool IsOwn, List<int> Waiting);
}
