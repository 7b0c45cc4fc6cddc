using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Segments that need not be trained, since an equal one was: by another trial of the sweep, or by another study of the
/// scheduler. Used by the runner's loop only.
/// </summary>
/// <param name="spec">The sweep.</param>
/// <param name="ledger">Its study.</param>
/// <param name="checkpoints">Its checkpoints.</param>
/// <param name="costs">What its trials took.</param>
/// <param name="library">What other studies have trained, and train; null where there are none.</param>
/// <param name="post">Reaches the runner's loop.</param>
internal sealed class SharedSegments(
    SweepSpec spec,
    StudyLedger ledger,
    TrialCheckpoints checkpoints,
    TrialCosts costs,
    SegmentLibrary? library,
    Action<RunnerMessage> post)
{
    private readonly Dictionary<string, int> _finishedBy = [];
    private readonly Dictionary<int, double> _seconds = []; // of a trial's segments that have ended

    /// <summary>Steps that were not computed because an equal segment was known already.</summary>
    public int Steps { get; private set; }

    /// <summary>Takes up what an earlier process left.</summary>
    public void GoOn(StoredStudy? known)
    {
        Steps = known?.SharedSteps ?? 0;
        foreach (var task in known?.Tasks ?? [])
        {
            if (task is { Kind: "train", State: "Succeeded", Trial: { } trial })
                _finishedBy[task.Key] = trial;
        }
    }

    /// <summary>A trial has trained a segment to its end; before its checkpoint is removed.</summary>
    public void Finished(TrainSegment segment)
    {
        _finishedBy[segment.Key] = segment.Number;
        var all = costs.SecondsOf(segment.Number);
        var seconds = all - _seconds.GetValueOrDefault(segment.Number);
        _seconds[segment.Number] = all;
        ImmutableArray<StepRecord> steps =
            [.. ledger.CurveBetween(segment.Number, segment.Range.From, segment.Range.To)];
        if (library is not null && steps.Length == segment.Range.To - segment.Range.From)
            library.Add(new TrainedSegment(segment.Key, spec.Name, steps, checkpoints.Of(segment.Key), seconds));
    }

    /// <summary>A segment's steps if it was trained already; null if it was not.</summary>
    public KnownSegment? Find(Trial trial, TrainSegment segment)
    {
        if (_finishedBy.TryGetValue(segment.Key, out var source))
            return source == trial.Number
                ? null
                : new KnownSegment(ledger.CurveBetween(source, trial.Steps, segment.Range.To), null);
        if (library?.Find(segment.Key, spec.Name) is not { } lent)
            return null;
        var steps = lent.Steps.Where(step => step.Step > trial.Steps).ToList();
        // The other study may have asked for less than this one has to know.
        return steps.TrueForAll(step => step.Metrics is { } metrics && spec.IsToldBy(metrics))
            ? new KnownSegment([.. steps.Select(step => step with { Values = spec.ValuesOf(step.Metrics!) })], lent)
            : null;
    }

    /// <summary>A segment is to be trained.</summary>
    /// <returns>
    /// Whether its task is to be submitted: no worker of another study has it. <see cref="SegmentElsewhere"/> comes
    /// once that has changed.
    /// </returns>
    public bool TryClaim(TrainSegment segment)
    {
        if (library is null)
            return true;
        var key = segment.Key;
        return library.Claims.TryTake(key, spec.Name, () => post(new SegmentElsewhere(key, IsTaken: true)), () =>
        {
            // At once, and on the thread of whoever trained it: it may let go of its checkpoint next.
            if (library.Find(key, spec.Name)?.Checkpoint is { } lent)
                checkpoints.Hold(lent);
            post(new SegmentElsewhere(key, IsTaken: false));
        });
    }

    /// <summary>A worker is to begin a segment.</summary>
    /// <returns>Whether it may: no worker of another study has it.</returns>
    public bool TryStart(TrainSegment segment) =>
        library is null || library.Claims.TryBegin(segment.Key, spec.Name);

    /// <summary>A worker has a segment no more, and it is not trained to its end.</summary>
    public void Return(TrainSegment segment) => library?.Claims.Return(segment.Key, spec.Name);

    /// <summary>A segment is trained here no more, however that ended.</summary>
    public void Release(TrainSegment segment) =>
        library?.Claims.Release(segment.Key, spec.Name, isDone: _finishedBy.ContainsKey(segment.Key));

    /// <summary>A trial took so many steps of it over.</summary>
    public void Took(Trial trial, TrainSegment segment, KnownSegment known, int steps)
    {
        Steps += steps;
        if (steps > 0)
            ledger.Add(new SegmentShared(
                new StoredShare(segment.Key, trial.Number, steps, segment.Range.To - segment.Range.From)
                {
                    Study = known.Lent?.Study,
                    Seconds = known.Lent?.Seconds,
                }));
        if (known.Lent is not { } lent || trial.Steps < segment.Range.To)
            return;
        _finishedBy.TryAdd(segment.Key, trial.Number);
        if (lent.Checkpoint is { } checkpoint)
            checkpoints.Borrow(trial.Number, checkpoint);
    }
}

/// <summary>A segment that was trained already.</summary>
/// <param name="Steps">Its steps that a trial has not reported yet.</param>
/// <param name="Lent">What another study has of it; null where it is the sweep's own.</param>
internal sealed record KnownSegment(IReadOnlyList<StepRecord> Steps, TrainedSegment? Lent);
