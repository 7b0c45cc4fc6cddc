using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One rank's part of local SGD.</summary>
internal sealed class ModelAverageRun<T> : StrategyRun
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string OuterName = "optimizer.outer";

    private readonly ModelAverageStrategy _strategy;
    private readonly LocalLearner<T> _learner;
    private readonly OuterStep<T> _outer;
    private readonly int[] _order;
    private readonly T[] _common;
    private readonly T[] _exchange;      // n w, n statistics, n
    private long _steps;
    private long _samples;
    private int _since;

    public ModelAverageRun(ModelAverageStrategy strategy, TrainingInput input, ProcessGroup group)
        : base(input, group, $"model-average {strategy.Rule} {strategy.Resets}, {input.Fingerprint<T>()}")
    {
        _strategy = strategy;
        _learner = new LocalLearner<T>(input, (input.BatchSize + group.WorldSize - 1) / group.WorldSize);
        var plan = _learner.Plan;
        _outer = new OuterStep<T>(strategy, group.WorldSize, plan.Length);
        _order = new int[input.Train.Rows];
        _common = new T[plan.Length];
        _exchange = new T[plan.Length + plan.StatisticsLength + 1];
    }

    protected override unsafe (long Bytes, string Formula)? BytesByFormula
    {
        get
        {
            var meetings = (Input.StepsPerEpoch + _strategy.LocalSteps - 1) / _strategy.LocalSteps;
            var size = (long)_exchange.Length * sizeof(T);
            return (2L * (Group.WorldSize - 1) * size * meetings,
                $"2 (N - 1) S a meeting, N = {Group.WorldSize}, S = {size:N0}, {meetings} meetings");
        }
    }

    public override void Dispose()
    {
        _learner.Dispose();
        base.Dispose();
    }

    protected override void Begin()
    {
        _learner.Network.Initialize(Seed);
        _learner.Weights.CopyTo(_common);
    }

    protected override void Restore(Checkpoint start)
    {
        _learner.LoadModel(start.File);
        _learner.Weights.CopyTo(_common);
        _steps = start.Steps;
        if (_outer.Velocity.Length > 0)
            start.File.Tensor(OuterName).Values<T>().CopyTo(_outer.Velocity);
        if (_strategy.Resets)
            return;
        // Another world size takes over the states of the ranks there were, over and over.
        var ranks = start.File.Tensors.Count(t => t.Name.StartsWith(StateName("steps", ""), StringComparison.Ordinal));
        var rank = (Group.Rank % ranks).ToString(System.Globalization.CultureInfo.InvariantCulture);
        _learner.Optimizer.Steps = start.File.Tensor(StateName("steps", rank)).Values<long>()[0];
        foreach (var (name, values) in _learner.Optimizer.States)
            start.File.Tensor(StateName(name, rank)).Values<T>().CopyTo(values.Span);
    }

    protected override EpochOutcome RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        RandomStream.Shuffle(Seed, epoch).Shuffle(_order);
        var before = Group.Traffic;
        var (loss, rate) = (0.0, 0.0);
        for (var start = 0; start < _order.Length; start += Input.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = Math.Min(Input.BatchSize, _order.Length - start);
            var (from, end) = Share(batch);
            rate = _learner.LearningRate(_steps++);
            if (end > from)
            {
                loss += _learner.Differentiate(_order.AsSpan(start + from, end - from), epoch, start + from);
                _learner.Step(rate);
                _samples += end - from;
            }
            if (++_since == _strategy.LocalSteps || start + batch == _order.Length)
                Meet(rate);
        }
        return Report(loss, rate, SentByAll(before));
    }

    protected override Checkpoint Capture(int epoch)
    {
        var tensors = _learner.ModelTensors();
        if (_outer.Velocity.Length > 0)
            tensors = tensors.Append(SafeTensor.Create<T>(OuterName, [_outer.Velocity.Length], _outer.Velocity));
        if (!_strategy.Resets)
            tensors = tensors.Concat(OptimizerStates());
        return Checkpoint.Of(Fingerprint, epoch, _steps, tensors);
    }

    private static string StateName(string state, string rank) => $"optimizer.{state}.rank{rank}";

    /// <summary>The states of all ranks' optimizers; a collective.</summary>
    private List<SafeTensor> OptimizerStates()
    {
        var tensors = new List<SafeTensor>();
        var steps = new long[Group.WorldSize];
        Group.AllGather<long>([_learner.Optimizer.Steps], steps);
        for (var rank = 0; rank < steps.Length; rank++)
            tensors.Add(SafeTensor.Create<long>(StateName("steps", $"{rank}"), [1], [steps[rank]]));
        foreach (var (name, values) in _learner.Optimizer.States)
        {
            var length = (int)values.Length;
            var all = new T[length * Group.WorldSize];
            Group.AllGather<T>(values.Span, all);
            for (var rank = 0; rank < steps.Length; rank++)
            {
                tensors.Add(SafeTensor.Create<T>(
                    StateName(name, $"{rank}"), [length], all.AsSpan(rank * length, length)));
            }
        }
        return tensors;
    }

    /// <summary>The ranks' models become one: CNTK's weights, samples since the last meeting.</summary>
    private void Meet(double learningRate)
    {
        var plan = _learner.Plan;
        _learner.Weights.CopyTo(_exchange);
        _learner.Statistics[..plan.StatisticsLength].CopyTo(_exchange.AsSpan(plan.Length));
        _exchange[^1] = T.One;
        ArenaArithmetic.Scale<T>(_exchange, _samples);
        Group.AllReduce(_exchange.AsSpan());
        ArenaArithmetic.Scale<T>(_exchange.AsSpan(0, _exchange.Length - 1), 1 / double.CreateTruncating(_exchange[^1]));
        _outer.Take(_common, _exchange.AsSpan(0, plan.Length), learningRate);
        _common.CopyTo(_learner.Weights);
        _exchange.AsSpan(plan.Length, plan.StatisticsLength).CopyTo(_learner.Statistics);
        if (_strategy.Resets)
            _learner.ResetOptimizer();
        (_samples, _since) = (0, 0);
        _learner.Network.Clock.EndCommunication();
    }

    private EpochOutcome Report(double loss, double rate, long bytes)
    {
        var rows = Input.Validation?.Rows ?? 0;
        var (from, end) = Share(rows);
        var (validation, correct) = rows == 0 ? (0, 0) : _learner.Network.Evaluate(Input.Validation!, from, end);
        Span<double> sums = [loss, validation, correct];
        Group.AllReduce(sums);
        return new EpochOutcome
        {
            TrainLoss = sums[0] / Input.Train.Rows,
            ValidationLoss = rows == 0 ? double.NaN : sums[1] / rows,
            ValidationAccuracy =
                rows == 0 || Input.Loss.Task != LearningTask.Classification ? null : sums[2] / rows,
            Seconds = _learner.Network.Clock.Take(),
            Paces = [.. RankPace.Gather(Group, _learner.Network.Clock.TakePace())],
            LearningRate = rate,
            Parameters = _learner.Parameters,
            Measures = [KeyValuePair.Create("bytes", (double)bytes)],
        };
    }
}
