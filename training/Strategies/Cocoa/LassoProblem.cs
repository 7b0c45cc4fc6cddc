using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// The lasso, one coordinate a feature: the predictions v = Σ αⱼ xⱼ are shared and α are the weights. Smith et al.
/// 2018, section 4.1. The lower bound is the dual at the residual, scaled until it is feasible.
/// </summary>
internal sealed class LassoProblem : ConvexProblem
{
    private readonly double _lambda;
    private readonly int _rows, _features;
    private readonly ShardRange _mine;
    private readonly double[] _targets;

    public LassoProblem(CocoaStrategy strategy, Dataset data, ShardRange mine)
        : base(SparseVectors.Columns(data, (int)mine.Start, (int)(mine.Start + mine.Length)), data.Rows, 1)
    {
        _lambda = strategy.Lambda;
        (_rows, _features, _mine) = (data.Rows, data.Features, mine);
        _targets = Array.ConvertAll(data.Targets.ToArray(), target => (double)target);
    }

    public override void Point(ReadOnlySpan<double> shared, Span<double> point)
    {
        for (var row = 0; row < _rows; row++)
            point[row] = shared[row] - _targets[row];
    }

    public override double Solve(int coordinate, double product, double alpha, double sigma)
    {
        var curvature = sigma * Vectors.Norms[coordinate] / _rows;
        if (curvature <= 0)
            return 0;
        var free = alpha - (product / _rows / curvature);
        var threshold = _lambda / curvature;
        return free > threshold ? free - threshold : free < -threshold ? free + threshold : 0;
    }

    public override (double Primal, double Dual) Objectives(
        ReadOnlySpan<double> shared, ReadOnlySpan<double> alpha, ProcessGroup group)
    {
        Span<double> size = [0];
        foreach (var weight in alpha)
            size[0] += Math.Abs(weight);
        group.AllReduce(size);
        var residual = new double[_rows];
        Point(shared, residual);
        Span<double> steepest = [0];
        for (var j = 0; j < Vectors.Count; j++)
            steepest[0] = Math.Max(steepest[0], Math.Abs(Vectors.Dot(j, residual)) / _rows);
        group.AllReduce(steepest, ReduceOp.Max);

        // u = s r / n is feasible, |x·u| <= λ; the dual is -n/2 ‖u‖² - u·b.
        var s = steepest[0] > _lambda ? _lambda / steepest[0] : 1;
        double squares = 0, product = 0;
        for (var row = 0; row < _rows; row++)
        {
            squares += residual[row] * residual[row];
            product += residual[row] * _targets[row];
        }
        return ((squares / (2 * _rows)) + (_lambda * size[0]), -((s * s * squares / 2) + (s * product)) / _rows);
    }

    public override double[] Weights(ReadOnlySpan<double> shared, ReadOnlySpan<double> alpha, ProcessGroup group)
    {
        var weights = new double[_features];
        alpha.CopyTo(weights.AsSpan((int)_mine.Start));
        group.AllReduce(weights.AsSpan());
        return weights;
    }
}
