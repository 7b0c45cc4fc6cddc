using System.Collections.Immutable;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// What the studies of a scheduler have trained, by the content key of each segment, so that a study need not train
/// what another one has. A key covers data, split, program, configuration, seed and everything before the segment, so
/// equal keys mean equal bits. Safe to use from several threads.
/// </summary>
internal sealed class SegmentLibrary
{
    private const int MostSteps = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TrainedSegment> _segments = [];
    private readonly Queue<string> _oldest = [];
    private readonly HashSet<string> _read = [];
    private int _steps;

    /// <summary>What is being trained now.</summary>
    public SegmentClaims Claims { get; } = new();

    /// <summary>Takes a segment in; the oldest are forgotten where there are too many.</summary>
    public void Add(TrainedSegment segment)
    {
        lock (_lock)
        {
            if (!_segments.TryAdd(segment.Key, segment))
                return;
            _oldest.Enqueue(segment.Key);
            _steps += segment.Steps.Length;
            while (_steps > MostSteps && _oldest.TryDequeue(out var key) && _segments.Remove(key, out var forgotten))
                _steps -= forgotten.Steps.Length;
        }
    }

    /// <summary>Takes in what a study had trained before this process; once for each.</summary>
    public void Read(string study, Func<StoredStudy?> load)
    {
        lock (_lock)
        {
            if (!_read.Add(study))
                return;
        }

        if (load() is not { } stored)
            return;
        var steps = stored.Log.Where(logged => logged is { Event: StepReported, Metrics: not null })
            .ToLookup(logged => logged.Event.Number, logged => RecordOf((StepReported)logged.Event, logged.Metrics));
        var took = stored.Attempts.Where(attempt => attempt is { State: AttemptState.Succeeded, EndedAt: not null })
            .ToLookup(attempt => attempt.TaskKey, a => (a.EndedAt!.Value - a.StartedAt).TotalSeconds * a.Ranks);
        var checkpoints = stored.Checkpoints.ToDictionary(checkpoint => checkpoint.TaskKey);
        foreach (var task in stored.Tasks)
        {
            if (task is not { Kind: "train", State: "Succeeded", Trial: { } trial })
                continue;
            var range = RangeOf(task.Key);
            ImmutableArray<StepRecord> records =
                [.. steps[trial].Where(step => step.Step > range.From && step.Step <= range.To)];
            if (records.Length == range.To - range.From)
                Add(new TrainedSegment(
                    task.Key, study, records, checkpoints.GetValueOrDefault(task.Key), took[task.Key].LastOrDefault()));
        }
    }

    /// <summary>A segment that another study has trained; null when none has.</summary>
    public TrainedSegment? Find(string key, string forStudy)
    {
        lock (_lock)
            return _segments.GetValueOrDefault(key) is { } known && known.Study != forStudy ? known : null;
    }

    private static StepRecord RecordOf(StepReported step, StepMetrics? metrics) => new(step.Step, step.Values, metrics);

    // Keys end with their range.
    private static (int From, int To) RangeOf(string key) =>
        key.Split('-') is [.., var from, var to]
            ? (int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture))
            : (0, int.MaxValue);
}

/// <summary>A segment that was trained to its end.</summary>
/// <param name="Key">Its content key.</param>
/// <param name="Study">Whose it is.</param>
/// <param name="Steps">All its steps, with their metrics.</param>
/// <param name="Checkpoint">What stood at its end; it may have been deleted since. Null where nothing was kept.</param>
/// <param name="Seconds">How many seconds one slot would have computed it.</param>
internal sealed record TrainedSegment(
    string Key, string Study, ImmutableArray<StepRecord> Steps, StoredCheckpoint? Checkpoint, double Seconds);
