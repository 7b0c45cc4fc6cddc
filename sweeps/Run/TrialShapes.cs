using System.Globalization;

namespace TuneGraph;

/// <summary>How a segment is computed, as far as that is decided anew at its border.</summary>
/// <param name="Ranks">How many ranks share it.</param>
/// <param name="Passes">Times the passes over which each rank spreads its part of a batch: memory goes down, the batch
/// stays.</param>
internal readonly record struct SegmentShape(int Ranks, int Passes);

/// <summary>
/// The shapes of a sweep's segments. They are part of the segments' keys, since they change the rounding; so what was
/// decided is found again in the records of attempts, and nothing else has to be kept.
/// </summary>
/// <param name="spec">The sweep.</param>
/// <param name="hasMoreMemory">
/// Whether the next attempt at a segment can run where there is more memory than where its last one did; then it will.
/// </param>
internal sealed class TrialShapes(SweepSpec spec, Func<string, bool> hasMoreMemory)
{
    private readonly Dictionary<int, List<(int From, int Passes)>> _splits = [];
    private readonly Dictionary<(int Trial, int From), int> _ranks = [];
    private readonly Dictionary<int, int> _relieved = [];

    private ParallelSpec Parallel => (spec.Program as ModelProgram)?.Training.Parallel ?? new ParallelSpec();

    /// <summary>The shape of the segment of a trial that begins after so many steps.</summary>
    public SegmentShape Of(int trial, int from)
    {
        var passes = 1;
        foreach (var split in _splits.GetValueOrDefault(trial) ?? [])
            passes = split.From <= from ? split.Passes : passes;
        return new SegmentShape(_ranks.GetValueOrDefault((trial, from), Parallel.WorldSize), passes);
    }

    /// <summary>The ranks that were decided for a segment; null while that is open.</summary>
    public int? RanksOf(int trial, int from) => _ranks.TryGetValue((trial, from), out var ranks) ? ranks : null;

    /// <summary>A segment is to have so many ranks from now on.</summary>
    public void SetRanks(int trial, int from, int ranks) => _ranks[(trial, from)] = ranks;

    /// <summary>Takes up what an earlier process decided.</summary>
    public void GoOn(StoredStudy? known)
    {
        var attempts = (known?.Attempts ?? [])
            .Where(attempt => attempt.Trial is not null && FromOf(attempt.TaskKey) >= 0);
        foreach (var segment in attempts.GroupBy(attempt => (Trial: attempt.Trial!.Value, attempt.TaskKey)))
        {
            var (trial, from) = (segment.Key.Trial, FromOf(segment.Key.TaskKey));
            var shortages = segment.Count(attempt => attempt.State == AttemptState.OutOfMemory);
            _relieved[trial] = _relieved.GetValueOrDefault(trial) + shortages;
            _ranks[(trial, from)] = segment.Last().Ranks;
            // Had it been given more memory, its next attempt would have the same key.
            if (segment.Last().State == AttemptState.OutOfMemory && CanSplit)
                Split(trial, from);
        }
    }

    /// <summary>A segment has run out of memory: changes what comes next, if the sweep allows it.</summary>
    /// <returns>Whether it is to be tried again.</returns>
    public bool TryRelieve(TrainSegment segment, int attempt)
    {
        var count = _relieved[segment.Number] = _relieved.GetValueOrDefault(segment.Number) + 1;
        if (count > spec.Retry.Max || !spec.Retry.Covers(FaultKind.OutOfMemory))
            return false;
        foreach (var relief in spec.Retry.Relief)
        {
            if (relief == MemoryRelief.BiggerWorker && hasMoreMemory(segment.Key))
                return true;
            if (relief != MemoryRelief.SmallerPasses || !MayHalve(segment))
                continue;
            Split(segment.Number, segment.Range.From);
            return true;
        }

        return false;
    }

    private bool CanSplit => spec.Retry.Relief.Contains(MemoryRelief.SmallerPasses);

    // Every rank has at least one sample in each pass.
    private static bool MayHalve(TrainSegment segment) =>
        segment.Spec.Strategy is null
        && segment.Spec.Accumulation * 2L * Math.Max(1, segment.Shape.Ranks) <= segment.Spec.BatchSize;

    private void Split(int trial, int from)
    {
        if (!_splits.TryGetValue(trial, out var splits))
            _splits.Add(trial, splits = []);
        splits.Add((from, 2 * (splits.Count == 0 ? 1 : splits[^1].Passes)));
    }

    // A segment's key ends with where it begins and ends: train-HASH-FROM-TO.
    private static int FromOf(string key) =>
        key.Split('-') is ["train", _, var from, _]
        && int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : -1;
}
