using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One rank's part of training with parameter servers: a worker, and the server of one share.</summary>
internal sealed class ParameterServerRun<T> : StrategyRun
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string StateName = "optimizer.server";
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(1);

    private readonly ParameterServerStrategy _strategy;
    private readonly LocalLearner<T> _learner;
    private readonly ServerRule<T> _rule;
    private readonly SharedWeights<T>? _shared;
    private readonly int[] _order;
    private readonly int _length;
    private readonly ShardRange _mine;
    private readonly T[] _shard, _shardGradient, _pending;
    private long _steps;
    private double _loss;
    private readonly int[] _fetched;     // the servers' version that each worker's parameters are of
    private Task _gradient = Task.CompletedTask;
    private int _version, _pushes, _most, _localStep;
    private bool _isAtWork;
    private long _late, _rows, _dropped;

    public ParameterServerRun(ParameterServerStrategy strategy, TrainingInput input, ProcessGroup group)
        : base(input, group, $"parameter-server {strategy.Mode}, {input.Fingerprint<T>()}")
    {
        _strategy = strategy;
        _learner = new LocalLearner<T>(input, (input.BatchSize + group.WorldSize - 1) / group.WorldSize);
        _length = _learner.Plan.Length;
        _mine = ShardRange.Of(_length, group.Rank, group.WorldSize);
        _rule = new ServerRule<T>(input.Spec.Optimizer, (int)_mine.Length);
        _shard = new T[_mine.Length];
        _shardGradient = new T[_mine.Length];
        _pending = new T[_length];
        _order = new int[input.Train.Rows];
        _fetched = new int[group.WorldSize];
        if (strategy.BackupWorkers >= group.WorldSize)
        {
            throw new ArgumentException($"With {group.WorldSize} ranks there may be at most {group.WorldSize - 1} "
                + $"backup workers, not {strategy.BackupWorkers}.", nameof(strategy));
        }
        if (strategy.Mode == ParameterServerMode.Hogwild)
            _shared = new SharedWeights<T>(_length, group);
    }

    protected override unsafe (long Bytes, string Formula)? BytesByFormula
    {
        get
        {
            int Talks(int every) => (Input.StepsPerEpoch + every - 1) / every;
            var (n, size) = (Group.WorldSize, (long)_length * sizeof(T));
            (long Rounds, string Formula)? rounds = _strategy.Mode switch
            {
                ParameterServerMode.Hogwild => null,
                not ParameterServerMode.Sync when _strategy.Order == ArrivalOrder.Live => null,
                ParameterServerMode.Sync => (2L * Input.StepsPerEpoch, "2 (N - 1) S a step"),
                ParameterServerMode.Downpour => (
                    Talks(_strategy.FetchEvery) + Talks(_strategy.PushEvery) + 1,
                    "(N - 1) S for each worker's fetch or push, and one at the end"),
                _ => ((2L * Input.StepsPerEpoch) + 1, "2 (N - 1) S a step of all, and (N - 1) S at the end"),
            };
            return rounds is { } known
                ? ((n - 1) * size * known.Rounds, $"{known.Formula}, N = {n}, S = {size:N0}")
                : null;
        }
    }

    public override void Dispose()
    {
        _learner.Dispose();
        _shared?.Dispose();
        base.Dispose();
    }

    protected override void Begin()
    {
        _learner.Network.Initialize(Seed);
        TakeShard();
    }

    protected override void Restore(Checkpoint start)
    {
        _learner.LoadModel(start.File);
        TakeShard();
        _steps = start.Steps;
        start.File.Tensor(StateName).Values<T>().Slice((int)_mine.Start, (int)_mine.Length).CopyTo(_rule.State);
    }

    protected override EpochOutcome RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        RandomStream.Shuffle(Seed, epoch).Shuffle(_order);
        var before = Group.Traffic;
        _loss = 0;
        var staleness = (Mean: 0.0, Most: 0);
        (_rows, _dropped) = (0, 0);
        if (_strategy.BackupWorkers > 0)
            RunWithBackups(epoch, cancellationToken);
        else if (_strategy.Mode == ParameterServerMode.Sync)
            RunTogether(epoch, cancellationToken);
        else if (_shared is not null)
            RunWithoutLocks(_shared, epoch, cancellationToken);
        else
            staleness = RunArrivals(epoch, cancellationToken);
        _steps += Input.StepsPerEpoch;
        return Report(staleness, SentByAll(before));
    }

    protected override Checkpoint Capture(int epoch)
    {
        var state = new T[_length];
        Group.AllGather<T>(_rule.State, state);
        return Checkpoint.Of(Fingerprint, epoch, _steps,
            _learner.ModelTensors().Append(SafeTensor.Create<T>(StateName, [_length], state)));
    }

    /// <summary>Every step: gradients to their servers, parameters back.</summary>
    private void RunTogether(int epoch, CancellationToken cancellationToken)
    {
        for (var step = 0; step < Input.StepsPerEpoch; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Differentiate(epoch, step);
            Group.ReduceScatter<T>(_learner.Gradient, _shardGradient, cancellationToken: cancellationToken);
            _rule.Step(_shard, _shardGradient, _learner.LearningRate(_steps + step), 1);
            Group.AllGather<T>(_shard, _learner.Weights, cancellationToken);
        }
    }

    /// <summary>
    /// Every step goes on when all but some are done. A rank computes on another thread, so that it can take part in
    /// the exchange while its gradient is late; then it skips to the step that the others are at.
    /// </summary>
    private void RunWithBackups(int epoch, CancellationToken cancellationToken)
    {
        var (nothing, rows) = (new T[_length], new long[Group.WorldSize]);
        _learner.Weights.CopyTo(_pending);
        var computed = -1;
        try
        {
            for (var step = 0; step < Input.StepsPerEpoch; step++)
            {
                if (_gradient.IsCompleted)
                    (computed, _gradient) = (step, Begin(epoch, step));
                WaitForMost(rows, computed == step, step, cancellationToken);
                var taken = rows[Group.Rank] > 0;
                Group.ReduceScatter<T>(
                    taken ? _learner.Gradient : nothing, _shardGradient, cancellationToken: cancellationToken);
                ArenaArithmetic.Scale<T>(_shardGradient, (double)BatchAt(step) / rows.Sum());
                _dropped += rows.Count(count => count == 0);
                _rule.Step(_shard, _shardGradient, _learner.LearningRate(_steps + step), 1);
                Group.AllGather<T>(_shard, _pending, cancellationToken);
            }
        }
        finally
        {
            Task.WaitAny([_gradient], CancellationToken.None);
        }
        _pending.AsSpan().CopyTo(_learner.Weights);
    }

    private Task Begin(int epoch, int step)
    {
        _gradient.GetAwaiter().GetResult();
        _pending.AsSpan().CopyTo(_learner.Weights);
        return Task.Run(() => Differentiate(epoch, step), CancellationToken.None);
    }

    /// <summary>Agrees on whose gradients are taken: their rows, 0 for those that are dropped.</summary>
    private void WaitForMost(long[] rows, bool isAtStep, int step, CancellationToken cancellationToken)
    {
        var (from, end) = Share(BatchAt(step));
        do
        {
            if (isAtStep)
                Task.WaitAny([_gradient], _patience);
            Array.Clear(rows);
            rows[Group.Rank] = isAtStep && _gradient.IsCompleted ? end - from : 0;
            Group.AllReduce(rows.AsSpan(), cancellationToken: cancellationToken);
        }
        while (rows.Count(count => count > 0) < Math.Min(Group.WorldSize, BatchAt(step)) - _strategy.BackupWorkers
            || rows.All(count => count == 0));
    }

    private int BatchAt(int step) => Math.Min(Input.BatchSize, _order.Length - (step * Input.BatchSize));

    /// <summary>Fetches and pushes in the order of the schedule; returns how late the gradients were.</summary>
    private (double Mean, int Most) RunArrivals(int epoch, CancellationToken cancellationToken)
    {
        (_version, _late, _pushes, _most, _localStep) = (0, 0, 0, 0, 0);
        Array.Clear(_pending);
        try
        {
            foreach (var arrival in Arrivals(epoch, cancellationToken))
            {
                if (arrival.Begins)
                    BeginStep(arrival, epoch, cancellationToken);
                else
                    EndStep(arrival, cancellationToken);
            }
        }
        finally
        {
            // It computes in memory that is given back when a run ends, however it ends.
            Task.WaitAny([_gradient], CancellationToken.None);
        }
        Group.AllGather<T>(_shard, _learner.Weights, cancellationToken);
        return ((double)_late / _pushes, _most);
    }

    private IEnumerable<Arrival> Arrivals(int epoch, CancellationToken cancellationToken)
    {
        var (workers, steps) = (Group.WorldSize, Input.StepsPerEpoch);
        if (_strategy.Order != ArrivalOrder.Live)
            return ArrivalSchedule.Of(_strategy, Seed, epoch, workers, steps);
        var (isBusy, done) = (false, new long[workers]);
        return LiveArrivals.Of(_strategy, workers, workers * steps, isDone =>
        {
            // After a round in which somebody was done the next one comes at once: others may be, too.
            if (_isAtWork && !isBusy)
                Task.WaitAny([_gradient], _patience);
            Array.Clear(done);
            done[Group.Rank] = _isAtWork && _gradient.IsCompleted ? 1 : 0;
            Group.AllReduce(done.AsSpan(), cancellationToken: cancellationToken);
            for (var worker = 0; worker < workers; worker++)
                isDone[worker] = done[worker] > 0;
            isBusy = done.Sum() > 0;
        });
    }

    private void BeginStep(Arrival arrival, int epoch, CancellationToken cancellationToken)
    {
        if (arrival.Talks)
        {
            Fetch(arrival.Worker, cancellationToken);
            _fetched[arrival.Worker] = _version;
        }
        if (arrival.Worker != Group.Rank)
            return;
        var (step, part) = Math.DivRem(arrival.Piece, Group.WorldSize);
        _gradient = Task.Run(() => Differentiate(epoch, step, part), CancellationToken.None);
        _isAtWork = true;
    }

    private void EndStep(Arrival arrival, CancellationToken cancellationToken)
    {
        if (arrival.Worker == Group.Rank)
        {
            _gradient.GetAwaiter().GetResult();
            _isAtWork = false;
            Accrue(_learner.LearningRate(_steps + _localStep++));
        }
        if (!arrival.Talks)
            return;
        var tau = _version - _fetched[arrival.Worker];
        Push(arrival.Worker, RateOf(tau, _version), cancellationToken);
        (_version, _late, _pushes, _most) = (_version + 1, _late + tau, _pushes + 1, Math.Max(_most, tau));
    }

    private void Fetch(int worker, CancellationToken cancellationToken) => Group.Gather<T>(
        _shard, worker == Group.Rank ? _learner.Weights : default, _length, worker, cancellationToken);

    private void Push(int worker, double rate, CancellationToken cancellationToken)
    {
        Group.Scatter<T>(_pending, _shardGradient, _length, worker, cancellationToken);
        _rule.Step(_shard, _shardGradient, rate, 1.0 / Group.WorldSize);
        if (worker == Group.Rank)
            Array.Clear(_pending);
    }

    /// <summary>Adds a gradient to what is pushed next; a worker of Downpour steps by it itself, too.</summary>
    private void Accrue(double rate)
    {
        ArenaArithmetic.AddScaled<T>(_pending, _learner.Gradient, 1);
        if (_strategy.Mode == ParameterServerMode.Downpour)
            ArenaArithmetic.AddScaled<T>(_learner.Weights, _learner.Gradient, -rate);
    }

    /// <summary>The rate of a gradient that is late; Zhang et al. 2016, (6).</summary>
    private double RateOf(int tau, int version)
    {
        var rate = _learner.LearningRate(_steps + (version / Group.WorldSize));
        return _strategy is { Mode: ParameterServerMode.Async, StalenessAware: true } ? rate / Math.Max(1, tau) : rate;
    }

    private void RunWithoutLocks(SharedWeights<T> shared, int epoch, CancellationToken cancellationToken)
    {
        if (Group.Rank == 0)
            shared.Write(_learner.Weights);
        Group.Barrier(cancellationToken);
        for (var step = 0; step < Input.StepsPerEpoch; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            shared.Read(_learner.Weights);
            Differentiate(epoch, step);
            if (Input.Spec.Optimizer.WeightDecay > 0)
                ArenaArithmetic.AddScaled<T>(_learner.Gradient, _learner.Weights, Input.Spec.Optimizer.WeightDecay);
            shared.Step(_learner.Gradient, _learner.LearningRate(_steps + step));
        }
        Group.Barrier(cancellationToken);
        shared.Read(_learner.Weights);
    }

    /// <summary>The gradient of this rank's part of a batch, as a part of the whole batch's mean.</summary>
    private void Differentiate(int epoch, int step) => Differentiate(epoch, step, Group.Rank);

    private void Differentiate(int epoch, int step, int part)
    {
        var (start, batch) = (step * Input.BatchSize, BatchAt(step));
        var (from, end) = Share(batch, part);
        _rows += end - from;
        _loss += _learner.Differentiate(
            _order.AsSpan(start + from, end - from), 1.0 / batch, epoch, start + from);
    }

    private void TakeShard() => _learner.Weights.Slice((int)_mine.Start, (int)_mine.Length).CopyTo(_shard);

    private EpochOutcome Report((double Mean, int Most) staleness, long bytes)
    {
        AverageStatistics();
        var rows = Input.Validation?.Rows ?? 0;
        var (from, end) = Share(rows);
        var (validation, correct) = rows == 0 ? (0, 0) : _learner.Network.Evaluate(Input.Validation!, from, end);
        Span<double> sums = [_loss, validation, correct, _rows];
        Group.AllReduce(sums);
        return new EpochOutcome
        {
            TrainLoss = sums[0] / sums[3],
            ValidationLoss = rows == 0 ? double.NaN : sums[1] / rows,
            ValidationAccuracy =
                rows == 0 || Input.Loss.Task != LearningTask.Classification ? null : sums[2] / rows,
            Seconds = _learner.Network.Clock.Take(),
            Paces = [.. RankPace.Gather(Group, _learner.Network.Clock.TakePace())],
            LearningRate = _learner.LearningRate(_steps - 1),
            Parameters = _learner.Parameters,
            Measures =
            [
                KeyValuePair.Create("bytes", (double)bytes), KeyValuePair.Create("staleness_mean", staleness.Mean),
                KeyValuePair.Create("staleness_most", (double)staleness.Most),
                .. _strategy.BackupWorkers == 0 ? (KeyValuePair<string, double>[])[]
                    : [KeyValuePair.Create("dropped", (double)_dropped)],
            ],
        };
    }

    /// <summary>Running statistics of batch norm are not learned; the workers' mean is as good as any.</summary>
    private void AverageStatistics()
    {
        if (_learner.Plan.StatisticsLength > 0)
            Group.AllReduce(_learner.Statistics, ReduceOp.Mean);
    }
}
