using System.Diagnostics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One rank's part of CoCoA: Ma et al. 2015, Algorithm 1, with SDCA as the local solver.</summary>
internal sealed class CocoaRun : StrategyRun
{
    private const string AlphaName = "optimizer.alpha", SharedName = "optimizer.shared";

    private readonly CocoaStrategy _strategy;
    private readonly ConvexProblem _problem;
    private readonly double _gamma, _sigma;
    private readonly int _coordinates;
    private readonly ShardRange _mine;
    private readonly double[] _alpha, _shared, _delta, _point, _moves;
    private double[] _weights = [];
    private double _gap = double.PositiveInfinity;

    public CocoaRun(CocoaStrategy strategy, TrainingInput input, ProcessGroup group)
        : base(input, group, $"cocoa {strategy.Problem} {strategy.Bias}, {input.Fingerprint<double>()}")
    {
        _strategy = strategy;
        _problem = ConvexProblem.Make(strategy, input.Train, group.Rank, group.WorldSize);
        var add = strategy.Aggregation == CocoaAggregation.Add;
        _gamma = add ? 1 : 1.0 / group.WorldSize;
        _sigma = strategy.Sigma > 0 ? strategy.Sigma : add ? group.WorldSize : 1;
        _coordinates = strategy.Problem == CocoaProblem.Lasso ? input.Train.Features : input.Train.Rows;
        _mine = ShardRange.Of(_coordinates, group.Rank, group.WorldSize);
        _alpha = new double[_mine.Length];
        _moves = new double[_mine.Length];
        _shared = new double[_problem.SharedLength];
        _delta = new double[_problem.SharedLength];
        _point = new double[_problem.SharedLength];
    }

    protected override (long Bytes, string Formula)? BytesByFormula => (
        2L * (Group.WorldSize - 1) * sizeof(double) * _delta.Length,
        $"2 (N - 1) S a round, N = {Group.WorldSize}, S = {sizeof(double) * _delta.Length:N0}");

    protected override void Begin()
    {
    }

    protected override void Restore(Checkpoint start)
    {
        start.File.Tensor(AlphaName).Values<double>().Slice((int)_mine.Start, (int)_mine.Length).CopyTo(_alpha);
        start.File.Tensor(SharedName).Values<double>().CopyTo(_shared);
        Measure();
    }

    protected override EpochOutcome RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var before = Group.Traffic;
        var started = Stopwatch.GetTimestamp();
        if (_gap > _strategy.TargetGap)
            Work(epoch);
        var computed = Stopwatch.GetTimestamp();
        if (_gap > _strategy.TargetGap)
            Exchange();
        var exchanged = Stopwatch.GetElapsedTime(computed).TotalSeconds;
        var sent = SentByAll(before);
        var (primal, dual) = Measure();
        var (loss, accuracy) = Input.Validation is { } data ? Judge(data) : (double.NaN, null);
        return new EpochOutcome
        {
            TrainLoss = Judge(Input.Train).Loss,
            ValidationLoss = loss,
            ValidationAccuracy = accuracy,
            Seconds = new StepSeconds(Stopwatch.GetElapsedTime(started, computed).TotalSeconds, 0, exchanged, 0),
            Parameters = _weights.Length,
            Measures =
            [
                KeyValuePair.Create("duality_gap", primal - dual), KeyValuePair.Create("objective", primal),
                KeyValuePair.Create("bytes", (double)sent),
            ],
        };
    }

    protected override Checkpoint Capture(int epoch)
    {
        var alpha = new double[_coordinates];
        Group.AllGather<double>(_alpha, alpha);
        if (_weights.Length == 0)
            Measure();
        var features = Input.Train.Features;
        var bias = _weights.Length > features ? (float)_weights[features] : 0;
        float[] weights = [.. _weights.Take(features).Select(weight => (float)weight)];

        // The second of two classes against the first: softmax over (0, z) is the sigmoid of z.
        var two = Input.Shape.Outputs == 2;
        return Checkpoint.Of(Fingerprint, epoch, epoch,
        [
            SafeTensor.Create<float>(
                "layers.0.weight", [two ? 2 : 1, features], two ? [.. new float[features], .. weights] : weights),
            SafeTensor.Create<float>("layers.0.bias", [two ? 2 : 1], two ? [0, bias] : [bias]),
            SafeTensor.Create<double>(AlphaName, [_coordinates], alpha),
            SafeTensor.Create<double>(SharedName, [_shared.Length], _shared),
        ]);
    }

    /// <summary>Visits coordinates at random, each set to the best that the local view allows.</summary>
    private void Work(int round)
    {
        Array.Clear(_delta);
        Array.Clear(_moves);
        _problem.Point(_shared, _point);
        var draw = RandomStream.Strategy(Seed, StrategyDraw.Coordinates, round);
        var steps = (long)Math.Ceiling(_strategy.LocalEpochs * _alpha.Length);
        for (var step = 0L; step < steps; step++)
        {
            var i = (int)(draw.Uniform(((ulong)Group.Rank << 40) + (ulong)step) * _alpha.Length);
            var alpha = _alpha[i] + _moves[i];
            var move = _problem.Solve(i, _problem.Vectors.Dot(i, _point), alpha, _sigma) - alpha;
            if (move == 0)
                continue;
            _moves[i] += move;
            _problem.Vectors.AddTo(i, _problem.Scale * move, _delta);
            _problem.Vectors.AddTo(i, _sigma * _problem.Scale * move, _point);
        }
    }

    private void Exchange()
    {
        Group.AllReduce(_delta.AsSpan());
        for (var i = 0; i < _shared.Length; i++)
            _shared[i] += _gamma * _delta[i];
        for (var i = 0; i < _alpha.Length; i++)
            _alpha[i] += _gamma * _moves[i];
    }

    private (double Primal, double Dual) Measure()
    {
        _weights = _problem.Weights(_shared, _alpha, Group);
        var (primal, dual) = _problem.Objectives(_shared, _alpha, Group);
        _gap = primal - dual;
        return (primal, dual);
    }

    /// <summary>Mean loss and, of classes, the share of right ones; squared errors are not halved here.</summary>
    private (double Loss, double? Accuracy) Judge(Dataset data)
    {
        var (from, end) = Share(data.Rows);
        Span<double> sums = [0, 0];
        for (var row = from; row < end; row++)
        {
            var z = _weights.Length > data.Features ? _weights[^1] : 0;
            var x = data.Row(row);
            for (var f = 0; f < x.Length; f++)
                z += x[f] * _weights[f];
            var y = DualProblem.TargetOf(data, row);
            sums[0] += DualProblem.Loss(_strategy.Problem, z, y);
            sums[1] += z > 0 == y > 0 ? 1 : 0;
        }
        Group.AllReduce(sums);
        return data.Labels.IsEmpty ? (2 * sums[0] / data.Rows, null) : (sums[0] / data.Rows, sums[1] / data.Rows);
    }
}
