using System.Diagnostics;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// One rank's part of a training by a strategy: epochs, reports and verdicts, the same for all strategies. After every
/// epoch rank 0 asks its caller what to do and tells the others, who also help it to take a checkpoint if it wants one.
/// </summary>
internal abstract class StrategyRun(TrainingInput input, ProcessGroup group, string fingerprint) : IDisposable
{
    private long _sent;

    private enum Command : byte
    {
        Continue,
        Stop,
        Capture,
    }

    protected TrainingInput Input { get; } = input;
    protected ProcessGroup Group { get; } = group;

    /// <summary>See <see cref="Checkpoint.Fingerprint"/>.</summary>
    protected string Fingerprint { get; } = fingerprint;

    protected ulong Seed => Input.Spec.Seed;

    public static TrainingResult Run<T>(
        TrainingInput input, ProcessGroup group, Func<EpochReport, EpochVerdict> onEpoch,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var run = Make<T>(input, group);
        return run.RunEpochs<T>(onEpoch, cancellationToken);
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Takes first values.</summary>
    protected abstract void Begin();

    /// <summary>Takes the values of a checkpoint of the same fingerprint.</summary>
    protected abstract void Restore(Checkpoint start);

    /// <summary>Does one epoch; the outcome is the same on all ranks.</summary>
    protected abstract EpochOutcome RunEpoch(int epoch, CancellationToken cancellationToken);

    /// <summary>Takes the state after an epoch. All ranks call it together; all get the same.</summary>
    protected abstract Checkpoint Capture(int epoch);

    /// <summary>Bytes of all ranks in an epoch by the strategy's formula, and the formula; null where it has
    /// none.</summary>
    protected virtual (long Bytes, string Formula)? BytesByFormula => null;

    /// <summary>Share of the time that equal stages wait for each other; null without stages.</summary>
    protected virtual double? BubbleByFormula => null;

    /// <summary>Bytes of values that this rank has sent.</summary>
    protected virtual long SentSoFar => Group.Traffic.PayloadBytes;

    /// <summary>This rank's contiguous part of <paramref name="count"/> things.</summary>
    protected (int From, int End) Share(int count) => Share(count, Group.Rank);

    /// <summary>A rank's contiguous part of <paramref name="count"/> things.</summary>
    protected (int From, int End) Share(int count, int rank) => (
        (int)((long)count * rank / Group.WorldSize), (int)((long)count * (rank + 1) / Group.WorldSize));

    /// <summary>Bytes of values that all ranks together have sent since a reading; a collective.</summary>
    protected long SentByAll(TrafficCounters before)
    {
        Span<long> bytes = [(Group.Traffic - before).PayloadBytes];
        Group.AllReduce(bytes);
        return bytes[0];
    }

    private static StrategyRun Make<T>(TrainingInput input, ProcessGroup group)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => input.Spec.Strategy switch
        {
            KMeansStrategy kmeans => new KMeansRun(kmeans, input, group),
            CocoaStrategy cocoa => new CocoaRun(cocoa, input, group),
            FederatedStrategy federated => new FederatedRun<T>(federated, input, group),
            ModelAverageStrategy average => new ModelAverageRun<T>(average, input, group),
            ParameterServerStrategy server => new ParameterServerRun<T>(server, input, group),
            AutoStrategy => throw new UnreachableException("The strategy auto trains by others, one after the other."),
            PipelineStrategy pipeline => new MeshRun<T>(pipeline.MeshOf(group.WorldSize), input, group),
            TensorStrategy => new MeshRun<T>(TensorStrategy.MeshOf(group.WorldSize), input, group),
            MixedStrategy mixed => new MeshRun<T>(mixed.Mesh, input, group),
            _ => throw new UnreachableException($"Unhandled strategy {input.Spec.Strategy?.GetType().Name}."),
        };

    private TrainingResult RunEpochs<T>(Func<EpochReport, EpochVerdict> onEpoch, CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckAgreement();
        var epoch = Input.Start?.FinishedEpochs ?? 0;
        if (Input.Start is { } start)
            Restore(Matching(start));
        else
            Begin();
        var stopped = false;
        while (epoch < Input.UntilEpoch && !stopped)
        {
            epoch++;
            var started = Stopwatch.GetTimestamp();
            var outcome = RunEpoch(epoch, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Check(epoch, outcome);
            var report = Report(epoch, outcome, seconds) with { Verification = Verify<T>(epoch, outcome) };
            stopped = Decide(report, epoch, onEpoch) == EpochVerdict.Stop;
        }
        var checkpoint = Capture(epoch);
        var model = new TrainedModel(
            Input.Spec.Model, Input.Train.Schema, Input.Loss, checkpoint.ModelTensors());
        return new TrainingResult(epoch, stopped, checkpoint, model);
    }

    /// <summary>Compares the ranks, and the first epoch with the oracle's; a collective.</summary>
    private VerificationReport? Verify<T>(int epoch, EpochOutcome outcome)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Input.Spec.Verification is not { } spec)
            return null;
        var hashes = spec.HashEvery > 0 && epoch % spec.HashEvery == 0;
        var first = spec.Steps > 0 && epoch == (Input.Start?.FinishedEpochs ?? 0) + 1;
        if (!hashes && !first)
            return null;
        var mine = Capture(epoch).OwnTensors();
        if (hashes)
            RankAgreement.Check(Group, epoch, mine);
        if (!first)
            return null;
        var oracle = StrategyOracle.For(Input.Spec, Group.WorldSize);
        double? Measured(string name) => outcome.Measures.Where(measure => measure.Key == name)
            .Select(measure => (double?)measure.Value).FirstOrDefault();
        var report = new VerificationReport
        {
            Steps = Input.StepsPerEpoch,
            Oracle = oracle?.Name ?? "no oracle",
            Allowed = TensorComparison.Allowed(typeof(T) == typeof(double), Input.StepsPerEpoch),
            Bytes = (long)(Measured("bytes") ?? 0),
            Bubble = Measured("bubble"),
            BubbleByFormula = BubbleByFormula,
            BytesByFormula = BytesByFormula?.Bytes,
            Formula = BytesByFormula?.Formula ?? "",
        };
        if (oracle is null)
            return report;
        var theirs = Patient.OnFirst(Group, () => oracle.FirstEpoch<T>(Input));
        return theirs is null ? null : TensorComparison.Compare(mine, theirs, report);
    }

    private Checkpoint Matching(Checkpoint start) => start.Fingerprint == Fingerprint
        ? start
        : throw new ArgumentException($"The checkpoint was written by a training of '{start.Fingerprint}'; this one is "
            + $"of '{Fingerprint}'. Start without it, or use the specification it belongs to.");

    private void CheckAgreement()
    {
        var mine = Input.AgreementHash(Fingerprint);
        var first = mine.ToArray();
        Group.Broadcast(first);
        if (!mine.AsSpan().SequenceEqual(first))
        {
            throw new InvalidOperationException($"Rank {Group.Rank} was started with other settings, data size or "
                + "checkpoint than rank 0; all ranks need the same.");
        }
    }

    private long Sent()
    {
        var before = _sent;
        _sent = SentSoFar;
        return _sent - before;
    }

    private EpochReport Report(int epoch, EpochOutcome outcome, double seconds) => new(
        epoch, outcome.TrainLoss, outcome.ValidationLoss, outcome.ValidationAccuracy, Input.Train.Rows / seconds,
        outcome.Seconds, outcome.LearningRate, () => CaptureForAll(epoch))
    {
        Parameters = outcome.Parameters,
        Measures = outcome.Measures,
        Memory = outcome.Memory,
        Paces = outcome.Paces,
        SentBytes = Sent(),
    };

    /// <summary>Losses are the same on all ranks, so all of them throw, or none.</summary>
    private void Check(int epoch, EpochOutcome outcome)
    {
        if (!double.IsFinite(outcome.TrainLoss))
            throw new TrainingDivergedException(epoch, "training", outcome.TrainLoss);
        if (Input.Validation is not null && !double.IsFinite(outcome.ValidationLoss))
            throw new TrainingDivergedException(epoch, "validation", outcome.ValidationLoss);
    }

    private EpochVerdict Decide(EpochReport report, int epoch, Func<EpochReport, EpochVerdict> onEpoch)
    {
        if (Group.Rank == 0)
        {
            var verdict = onEpoch(report);
            Tell(verdict == EpochVerdict.Stop ? Command.Stop : Command.Continue);
            return verdict;
        }
        while (true)
        {
            switch (Tell(Command.Continue))
            {
                case Command.Capture:
                    Capture(epoch);
                    break;
                case Command.Stop:
                    return EpochVerdict.Stop;
                default:
                    return EpochVerdict.Continue;
            }
        }
    }

    private Checkpoint CaptureForAll(int epoch)
    {
        Tell(Command.Capture);
        return Capture(epoch);
    }

    private Command Tell(Command command)
    {
        Span<byte> values = [(byte)command];
        Group.Broadcast(values);
        return (Command)values[0];
    }
}
