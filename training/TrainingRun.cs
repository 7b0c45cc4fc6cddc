using System.Diagnostics;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One rank's part of a training.</summary>
internal sealed class TrainingRun<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Validation rows per pass, at least: small passes waste time, large ones the caches.</summary>
    private const int EvaluationRows = 256;

    /// <summary>Asks the other ranks, who wait for a verdict, to take part in capturing a checkpoint first.</summary>
    private const byte CaptureRequest = byte.MaxValue;

    private readonly TrainingInput _input;
    private readonly ProcessGroup _group;
    private readonly Kernels<T> _kernels;
    private readonly Network<T> _network;
    private readonly Optimizer<T> _optimizer;
    private readonly GradientExchange<T> _exchange;
    private readonly LossScaler? _scaler;
    private readonly string _fingerprint;
    private readonly int[] _order;
    private readonly ValidationMetrics<T>? _metrics;
    private readonly Prefetcher<T>? _prefetch;
    private readonly StepWatch<T>? _watch;
    private BatchShares? _shares;       // null for equal parts
    private double _learningRate;
    private long _sent;

    private TrainingRun(TrainingInput input, ProcessGroup group, ThreadTeam team)
    {
        _input = input;
        _group = group;
        _order = new int[input.Train.Rows];
        var share = (input.BatchSize + group.WorldSize - 1) / group.WorldSize;
        if (input.Spec.Exchange.Balance && group.WorldSize > 1)
        {
            _shares = BatchShares.Equal(group.WorldSize);
            share = Math.Min(input.BatchSize, (int)(BatchShares.MostTimes * share) + 1);
        }
        var pass = (share + input.Spec.Accumulation - 1) / input.Spec.Accumulation;
        var validationShare = ((input.Validation?.Rows ?? 0) + group.WorldSize - 1) / group.WorldSize;
        var capacity = Math.Max(pass, Math.Min(EvaluationRows, validationShare));
        _kernels = ComputeDevices.Open<T>(input.Spec, group.Rank, team);
        _scaler = LossScaler.Of(input.Spec.Precision);
        var exchange = input.Spec.Exchange;
        _network = new Network<T>(
            input.Shape, capacity, trains: true, _kernels, group,
            GradientExchange<T>.ShardingOf(exchange, group, _kernels))
        {
            Clock = new StepClock(input.Time),
        };
        var plan = _network.Plan;
        _exchange = GradientExchange<T>.Of(exchange, group, _network, input.Spec.Accumulation);
        _optimizer = new Optimizer<T>(
            input.Spec.Optimizer, plan.Length, [.. plan.Parameters.Select(p => p.Range)], _kernels, _exchange.Shards,
            group);
        _fingerprint = input.Fingerprint<T>();
        _metrics = input.Spec.AllMetrics && input.Validation is { } validation
            ? new ValidationMetrics<T>(validation, validation.Schema.Outputs)
            : null;
        _watch = input.Spec.Verification is null ? null : new StepWatch<T>(input, group, _network, _exchange);
        _prefetch = input.Spec.Prefetch > 0
            ? new Prefetcher<T>(input.Train, _network.MoreBatches(input.Spec.Prefetch + 1), _order, RowsOf)
            : null;
    }

    public static TrainingResult Run(
        TrainingInput input, ProcessGroup group, Func<EpochReport, EpochVerdict> onEpoch,
        CancellationToken cancellationToken)
    {
        using var team = new ThreadTeam(input.Spec.Threads);
        using var run = new TrainingRun<T>(input, group, team);
        run.Begin();
        return run.RunEpochs(onEpoch, cancellationToken);
    }

    /// <summary>What one rank alone makes of the parameters in the first steps, at most an epoch's.</summary>
    public static IReadOnlyList<SafeTensor> FirstSteps(TrainingInput input, int steps)
    {
        using var group = InProcessGroup.Create(1)[0];
        using var team = new ThreadTeam(input.Spec.Threads);
        using var run = new TrainingRun<T>(input, group, team);
        run.Begin();
        run.RunSteps((input.Start?.FinishedEpochs ?? 0) + 1, CancellationToken.None, steps);
        return [.. ParameterTensors.Of("", run._network.Plan.Parameters, run._network.Parameters)];
    }

    public void Dispose()
    {
        _prefetch?.Dispose();
        _exchange.Dispose();
        _network.Dispose();
        _optimizer.Dispose();
        _kernels.Dispose();
    }

    private void Begin()
    {
        if (_input.Start is { } start)
            start.Restore(_fingerprint, _network, _optimizer, _exchange, _scaler);
        else
            _network.Initialize(_input.Spec.Seed);

        var mine = _input.AgreementHash(_fingerprint);
        var first = mine.ToArray();
        _group.Broadcast(first);
        if (!mine.AsSpan().SequenceEqual(first))
        {
            throw new InvalidOperationException($"Rank {_group.Rank} was started with other settings, data size or "
                + "checkpoint than rank 0; all ranks need the same.");
        }
    }

    private TrainingResult RunEpochs(Func<EpochReport, EpochVerdict> onEpoch, CancellationToken cancellationToken)
    {
        var epoch = _input.Start?.FinishedEpochs ?? 0;
        var stopped = false;
        while (epoch < _input.UntilEpoch && !stopped)
        {
            epoch++;
            var started = Stopwatch.GetTimestamp();
            var loss = RunSteps(epoch, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var report = Report(epoch, loss, _input.Train.Rows / seconds);
            stopped = Decide(epoch, report, onEpoch) == EpochVerdict.Stop;
        }
        var checkpoint = Capture(epoch);
        var model = new TrainedModel(
            _input.Spec.Model, _input.Train.Schema, _input.Loss, checkpoint.ModelTensors());
        return new TrainingResult(epoch, stopped, checkpoint, model);
    }

    /// <summary>All steps of an epoch; returns the sum of this rank's losses.</summary>
    private double RunSteps(int epoch, CancellationToken cancellationToken, int most = int.MaxValue)
    {
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        RandomStream.Shuffle(_input.Spec.Seed, epoch).Shuffle(_order);
        _prefetch?.Begin(_input.StepsPerEpoch * _input.Spec.Accumulation);
        _watch?.BeginEpoch();
        for (var start = 0; start < _order.Length && most-- > 0; start += _input.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = Math.Min(_input.BatchSize, _order.Length - start);
            Differentiate(epoch, start, batch);
            _learningRate = _input.Spec.Optimizer.LearningRate * _input.Spec.Schedule.FactorAt(
                _optimizer.Steps, _input.StepsPerEpoch, _input.Spec.Epochs, _input.BatchSize);
            if (_scaler is null || _scaler.Unscale(_kernels, _exchange, _group))
            {
                _optimizer.Step(_network.Parameters, _exchange.Gradient, _learningRate);
                _exchange.Shards?.Share(_network.Parameters);
            }
            _network.Clock.EndOptimizer();
            _watch?.AfterStep(_optimizer.Steps);
        }
        _prefetch?.End();
        return _network.TakeLoss();
    }

    /// <summary>Leaves the gradient of a batch.</summary>
    private void Differentiate(int epoch, int start, int batch)
    {
        var passes = _input.Spec.Accumulation;
        var scale = _exchange.WeightAt(_optimizer.Steps) * (_scaler?.Scale ?? 1) / batch;
        for (var pass = 0; pass < passes; pass++)
        {
            var (from, end) = RowsOf((start / _input.BatchSize * passes) + pass);
            var mask = new DropoutMask(_input.Spec.Seed, epoch, from);
            _exchange.Begin(pass, _optimizer.Steps);
            if (_prefetch is null)
                _network.Step(_input.Train, _order.AsSpan(from, end - from), scale, mask);
            else
                _network.Step(_prefetch, scale, mask);
            _exchange.End(pass);
            _network.Clock.EndCommunication();
        }
    }

    /// <summary>Where this rank's rows of a pass stand in the epoch's order.</summary>
    private (int From, int End) RowsOf(int pass)
    {
        var (step, part) = Math.DivRem(pass, _input.Spec.Accumulation);
        var start = step * _input.BatchSize;
        var rows = Math.Min(_input.BatchSize, _order.Length - start);
        var (from, end) = _shares?.Of(_group.Rank, rows) ?? Share(rows);
        return (start + from + (int)((long)(end - from) * part / _input.Spec.Accumulation),
            start + from + (int)((long)(end - from) * (part + 1) / _input.Spec.Accumulation));
    }

    private EpochReport Report(int epoch, double trainLoss, double samplesPerSecond)
    {
        var rows = _input.Validation?.Rows ?? 0;
        var (from, end) = Share(rows);
        var (validationLoss, correct) = rows == 0 ? (0, 0) : _network.Evaluate(_input.Validation!, from, end);
        Span<double> sums = [trainLoss, validationLoss, correct];
        _group.AllReduce(sums);
        // The sums are the same on all ranks, so all of them throw, or none.
        var train = Finite(epoch, "training", sums[0] / _input.Train.Rows);
        var validation = rows == 0 ? double.NaN : Finite(epoch, "validation", sums[1] / rows);
        double? accuracy = rows == 0 || _input.Loss.Task != LearningTask.Classification ? null : sums[2] / rows;
        var paces = RankPace.Gather(_group, _network.Clock.TakePace());
        _shares = _shares?.Next(paces);
        var metrics = _metrics?.Measure(_network, _group, from, end, validation, accuracy);
        return new EpochReport(
            epoch, train, validation, accuracy, samplesPerSecond, _network.Clock.Take(), _learningRate,
            () => CaptureOnRequest(epoch))
        {
            Validation = metrics,
            Verification = _watch?.Take(),
            Parameters = _network.Plan.Parameters.Sum(place => place.Shape.Aggregate(1L, (size, n) => size * n)),
            Memory = Memory,
            Paces = [.. paces],
            SentBytes = Sent(),
            Measures = _scaler is null
                ? []
                : [new("loss_scale", _scaler.Scale), new("skipped_steps", _scaler.Skipped)],
        };
    }

    private long Sent()
    {
        var before = _sent;
        _sent = _group.Traffic.PayloadBytes;
        return _sent - before;
    }

    private unsafe TrainingMemory Memory => new(
        _network.ParameterBytes, _exchange.Bytes,
        _optimizer.States.Sum(state => state.Values.Length) * sizeof(T));

    private EpochVerdict Decide(int epoch, EpochReport report, Func<EpochReport, EpochVerdict> onEpoch)
    {
        Span<byte> answer = [(byte)(_group.Rank == 0 ? onEpoch(report) : EpochVerdict.Continue)];
        _group.Broadcast(answer);
        while (answer[0] == CaptureRequest)
        {
            Capture(epoch);
            _group.Broadcast(answer);
        }
        return (EpochVerdict)answer[0];
    }

    /// <summary>On rank 0 in its callback, while the other ranks wait for the verdict.</summary>
    private Checkpoint CaptureOnRequest(int epoch)
    {
        if (_exchange.Shards is not null || _exchange.Residuals is not null)
            _group.Broadcast<byte>(new byte[] { CaptureRequest });
        return Capture(epoch);
    }

    private Checkpoint Capture(int epoch) =>
        Checkpoint.Capture(_fingerprint, epoch, _network, _optimizer, _exchange, _scaler);

    /// <summary>This rank's contiguous part of <paramref name="count"/> things.</summary>
    private (int From, int End) Share(int count) => (
        (int)((long)count * _group.Rank / _group.WorldSize), (int)((long)count * (_group.Rank + 1) / _group.WorldSize));

    private static double Finite(int epoch, string name, double loss) =>
        double.IsFinite(loss) ? loss : throw new TrainingDivergedException(epoch, name, loss);
}
