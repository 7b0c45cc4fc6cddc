using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TuneGraph.Collectives;
using TuneGraph.Graph;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// Turns a sweep into tasks. A training segment is named by what its result depends on, so two trials that share a
/// prefix share its
/// segments, and a segment that was finished once is never computed again.
/// </summary>
/// <param name="spec">The sweep.</param>
/// <param name="shapes">The shape of a trial's segment that begins after so many steps.</param>
internal sealed class SweepPlan(SweepSpec spec, Func<int, int, SegmentShape> shapes)
{
    /// <summary>Part of every segment's key: raise it when training gives other bits than before.</summary>
    private const string TrainerVersion = "trainer/2";

    private const int SearchPriority = 0;
    private const int ContinuePriority = 10;

    public static TaskKey DataKey { get; } = new("data");

    public static TaskKey FinalKey { get; } = new("final");

    public static TaskKey EvaluateKey { get; } = new("evaluate");

    public static TaskKey ExportKey { get; } = new("export");

    private int Ranks => spec.Program is ModelProgram model ? model.Training.Parallel.WorldSize : 1;

    public static PlannedTask Data(ModelProgram program) =>
        new(new TaskSpec { Key = DataKey, KeepResult = true }, new LoadData(program.Data));

    /// <summary>The segment of a trial's chain that comes after <paramref name="step"/> finished steps.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="step">Finished steps; below the program's epochs.</param>
    /// <param name="dataHash">Content hash of the data.</param>
    /// <param name="study">The study; a fork's chain begins with its donor's.</param>
    public PlannedTask Segment(Trial trial, int step, string dataHash, Study study)
    {
        var program = (ModelProgram)spec.Program;
        var (previous, from) = trial.Origin is { } origin ? StartOf(origin, dataHash, study) : (null, 0);
        while (true)
        {
            var range = new SegmentRange(from, study.NextRung(from) ?? program.Training.Epochs);
            var shape = shapes(trial.Number, from);
            var training = TrainingOf(trial.Configuration, shape);
            var key = SegmentKey(training, shape, dataHash, range, previous);
            if (range.To > step)
                return new(
                    SegmentTask(key, range, shape),
                    new TrainSegment(
                        trial.Number, key, training, range, previous, trial.Origin is not null, trial.Configuration)
                    {
                        Shape = shape,
                    }
                );
            (previous, from) = (key, range.To);
        }
    }

    /// <summary>
    /// The key of a segment and what is trained in it, as another process has to arrive at it too.
    /// </summary>
    public (string Key, TrainingSpec Spec) Segment(
        Configuration configuration, SegmentShape shape, string dataHash, SegmentRange range, string? previous)
    {
        var training = TrainingOf(configuration, shape);
        return (SegmentKey(training, shape, dataHash, range, previous), training);
    }

    public PlannedTask Function(int trial) =>
        new(
            new TaskSpec
            {
                Key = new TaskKey("function-" + trial.ToString(CultureInfo.InvariantCulture)),
                MaxRetries = spec.Retry.Max,
                Backoff = new Backoff { Initial = spec.Retry.Backoff },
            },
            new CallFunction(trial)
        );

    /// <summary>The tasks after the search: the final model, its test, and the export.</summary>
    public ImmutableArray<PlannedTask> Final(SweepSummary summary, StoredCheckpoint? bestCheckpoint)
    {
        var tasks = ImmutableArray.CreateBuilder<PlannedTask>();
        if (spec.Program is ModelProgram)
        {
            var best = summary.Best;
            tasks.Add(
                new(
                    new TaskSpec
                    {
                        Key = FinalKey,
                        Dependencies = [DataKey],
                        Ranks = Ranks,
                        KeepResult = true,
                    },
                    new TrainFinal(
                        TrainingOf(best.Configuration, new SegmentShape(Ranks, Passes: 1)),
                        best.Steps,
                        spec.Retrain ? null : bestCheckpoint)
                )
            );
            tasks.Add(
                new(
                    new TaskSpec
                    {
                        Key = EvaluateKey,
                        Dependencies = [DataKey, FinalKey],
                        KeepResult = true,
                    },
                    new EvaluateFinal()
                )
            );
        }

        if (spec.OutputFolder is not null)
        {
            tasks.Add(
                new(
                    new TaskSpec
                    {
                        Key = ExportKey,
                        Dependencies = spec.Program is ModelProgram ? [FinalKey, EvaluateKey] : [],
                    },
                    new ExportResults(summary, bestCheckpoint)
                )
            );
        }

        return tasks.ToImmutable();
    }

    /// <summary>The donor's segment that ends where the fork begins.</summary>
    private (string? Key, int From) StartOf(TrialOrigin origin, string dataHash, Study study)
    {
        var donor = study.Trials[origin.Trial];
        while (donor.Origin is { } earlier && earlier.Step >= origin.Step)
            donor = study.Trials[earlier.Trial];
        var segment = (TrainSegment)Segment(donor, origin.Step - 1, dataHash, study).Work;
        return segment.Range.To == origin.Step
            ? (segment.Key, origin.Step)
            : throw new UnreachableException($"Trial {donor.Number} keeps no checkpoint at step {origin.Step}.");
    }

    private TaskSpec SegmentTask(string key, SegmentRange range, SegmentShape shape) =>
        new()
        {
            Key = new TaskKey(key),
            Dependencies = [DataKey],
            Ranks = shape.Ranks,
            Priority = range.From == 0 ? SearchPriority : ContinuePriority,
            Family = "train",
            MaxRetries = spec.Retry.Max,
            Backoff = new Backoff { Initial = spec.Retry.Backoff },
        };

    private TrainingSpec TrainingOf(Configuration configuration, SegmentShape shape)
    {
        var model = (ModelProgram)spec.Program;
        var training = model.Training.In(model.Model, configuration, spec.Seed);
        return training with
        {
            AllMetrics = spec.NeedsPredictions,
            Accumulation = training.Accumulation * shape.Passes,
        };
    }

    private AllReduceAlgorithm AllReduce => ((ModelProgram)spec.Program).Training.Parallel.AllReduce;

    private static string Strategy(TrainingSpec training) =>
        training.Strategy is { } strategy ? "\n" + strategy.ToJson() : "";

    private string SegmentKey(
        TrainingSpec training, SegmentShape shape, string dataHash, SegmentRange range, string? previous)
    {
        var (o, s) = (training.Optimizer, training.Schedule);
        // A schedule looks at the whole length of the training, which other settings do not.
        var schedule = s == new ScheduleSpec() ? "constant" : FormattableString.Invariant($"""
            {s.Kind} {s.StepEpochs} {s.Factor:R} {s.Final:R} {s.WarmupEpochs:R} {s.ReferenceBatch} of {training.Epochs}
            """);
        var (e, c) = (training.Exchange, training.Exchange.Compression);
        var exchange = e == new ExchangeSpec() ? "" : FormattableString.Invariant(
            $" {e} {c.Threshold:R} {c.Fraction:R} {c.Momentum:R}");
        var device = training.Device == DeviceName.Cpu ? "" : $" on {training.Device}";
        if (training.Precision != Precision.Float32 || training.Tf32)
            device += $" in {training.Precision} {training.Tf32}";
        FormattableString text = $"""
            {TrainerVersion} data={dataHash} model={training.Model.ToJson()}
            batch={training.BatchSize} loss={training.Loss} {training.HuberDelta:R} passes={training.Accumulation}
            seed={training.Seed} ranks={shape.Ranks} reduce={AllReduce}{exchange} schedule={schedule}
            {o.Kind} {o.LearningRate:R} {o.Momentum:R} {o.Nesterov} {o.Beta1:R} {o.Beta2:R}
            {o.Epsilon:R} {o.WeightDecay:R} {o.Decay:R} {o.ClipNorm:R} {o.ClipValue:R}
            {range} after={previous}{Strategy(training)}{device}
            """;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant(text)));
        return $"train-{Convert.ToHexStringLower(hash.AsSpan(0, 10))}-{range.From}-{range.To}";
    }
}

/// <summary>A task as the graph sees it, and what it does.</summary>
internal sealed record PlannedTask(TaskSpec Spec, SweepTask Work);
