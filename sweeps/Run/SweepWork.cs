using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using TuneGraph.Collectives;
using TuneGraph.Graph;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Does the tasks of a sweep. Runs on the tasks' own threads, once a rank.</summary>
/// <param name="spec">The sweep.</param>
/// <param name="checkpoints">Where checkpoints are kept.</param>
/// <param name="verifySteps">First steps of a trial to compare with the oracle's.</param>
/// <param name="post">Tells the sweep's loop.</param>
internal sealed class SweepWork(
    SweepSpec spec, CheckpointStore checkpoints, int verifySteps, Action<RunnerMessage> post)
{
    public object? Execute(
        SweepTask task,
        StoredCheckpoint? start,
        ProcessGroup group,
        ConcurrentDictionary<TaskKey, object> results,
        CancellationToken cancellationToken
    ) =>
        task switch
        {
            LoadData load => TabularData.Load(load.Data, cancellationToken),
            TrainSegment segment => Train(segment, start, Data(results), group, cancellationToken),
            TrainFinal final => TrainFinal(final, Data(results), group, cancellationToken),
            EvaluateFinal => Evaluate(Model(results), Data(results)),
            ExportResults export => Export(export, results),
            _ => throw new UnreachableException($"Unhandled task {task.GetType().Name}."),
        };

    /// <summary>What is kept of an epoch's report.</summary>
    public static StepMetrics Measured(EpochReport report) =>
        StepMetrics.Of(report) with
        {
            Measures = report.Measures,
            Notes = report.Verification is { } verified ? report.Notes.Add($"verified, {verified}") : report.Notes,
        };

    /// <summary>A training that goes on from a checkpoint: only the first steps of a trial are verified.</summary>
    public static TrainingSpec GoingOn(TrainingSpec task) => task.Verification is { Steps: > 0 } first
        ? task with { Verification = first.HashEvery > 0 ? first with { Steps = 0 } : null }
        : task;

    private static TabularData Data(ConcurrentDictionary<TaskKey, object> results) =>
        (TabularData)results[SweepPlan.DataKey];

    private static TrainedModel Model(ConcurrentDictionary<TaskKey, object> results) =>
        ((FinalModel)results[SweepPlan.FinalKey]).Model;

    private object? Train(
        TrainSegment segment,
        StoredCheckpoint? start,
        TabularData data,
        ProcessGroup group,
        CancellationToken cancellationToken
    )
    {
        var training = ((ModelProgram)spec.Program).Training;
        if (segment.IsFork && checkpoints.Find(start) is null)
            throw new TuneGraphException(
                $"Trial {segment.Number} is a fork that goes on from step {segment.Range.From}, and the checkpoint of "
                    + "that step is gone; its donor's steps cannot be repeated by it."
            );
        EpochVerdict OnEpoch(EpochReport report)
        {
            var due = report.Epoch % training.CheckpointEverySteps == 0 || report.Epoch == segment.Range.To;
            var saved = due ? checkpoints.Save(segment.Key, report.Epoch, report.CaptureCheckpoint()) : null;
            var metrics = Measured(report);
            if (report.Verification is { } verified)
                post(new StepsVerified(segment.Number, verified));
            var goOn = new Reply<bool>();
            post(new StepFinished(segment.Number, report.Epoch, spec.ValuesOf(metrics), metrics, saved, goOn));
            return goOn.Wait() ? EpochVerdict.Continue : EpochVerdict.Stop;
        }

        var from = checkpoints.Find(start);
        var task = from is not null ? GoingOn(segment.Spec)
            : verifySteps > 0 ? Verified(segment.Spec)
            : segment.Spec;
        Trainer.Train(task, data, group, from, segment.Range.To, OnEpoch, cancellationToken);
        return null;
    }

    private TrainingSpec Verified(TrainingSpec task) => task with
    {
        Verification = new VerificationSpec
        {
            Steps = verifySteps,
            HashEvery = task.Verification is { HashEvery: > 0 and var every } ? every : verifySteps,
        },
    };

    private FinalModel TrainFinal(
        TrainFinal final,
        TabularData data,
        ProcessGroup group,
        CancellationToken cancellationToken
    )
    {
        var (rows, start) = spec.Retrain
            ? (data.TrainAndValidation(), null)
            : (data.Train, checkpoints.Find(final.Restore));
        var result = Trainer.Train(
            final.Spec,
            rows,
            validation: null,
            group,
            start,
            final.Epochs,
            _ => EpochVerdict.Continue,
            cancellationToken
        );
        return new FinalModel(result.Model);
    }

    private static TestMetrics Evaluate(TrainedModel model, TabularData data) =>
        new(data.Test.Rows == 0 ? [] : Named(model.Evaluate(data.Test)));

    private static ImmutableArray<KeyValuePair<string, double>> Named(ModelMetrics metrics)
    {
        (string Name, double? Value)[] all =
        [
            ("test_accuracy", metrics.Accuracy),
            ("test_loss", metrics.Loss),
            ("test_f1", metrics.F1),
            ("test_roc_auc", metrics.RocAuc),
            ("test_average_precision", metrics.AveragePrecision),
            ("test_log_loss", metrics.LogLoss),
            ("test_mse", metrics.MeanSquaredError),
            ("test_rmse", metrics.RootMeanSquaredError),
            ("test_mae", metrics.MeanAbsoluteError),
            ("test_r2", metrics.R2),
        ];
        return
        [
            .. all.Where(metric => metric.Value is { } value && double.IsFinite(value))
                .Select(metric => KeyValuePair.Create(metric.Name, metric.Value!.Value)),
        ];
    }

    private object? Export(ExportResults export, ConcurrentDictionary<TaskKey, object> results)
    {
        var model = spec.Program is ModelProgram ? Model(results) : null;
        var test = results.TryGetValue(SweepPlan.EvaluateKey, out var metrics) ? ((TestMetrics)metrics).Values : [];
        ResultFolder.Write(spec.OutputFolder!, export.Summary, model, test);
        checkpoints.Clear(export.Best);
        return null;
    }
}
