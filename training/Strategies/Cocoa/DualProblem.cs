using System.Diagnostics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Problems solved through their dual, one coordinate a row: w = Σ αᵢ xᵢ / (λ n) is shared. Ma et al. 2015, (1) to (4);
/// the coordinates' steps are those of SDCA, Shalev-Shwartz and Zhang 2013, section 6.
/// </summary>
internal sealed class DualProblem : ConvexProblem
{
    private const int NewtonSteps = 50;

    private readonly CocoaProblem _problem;
    private readonly double _lambda;
    private readonly int _rows;
    private readonly double[] _targets;

    public DualProblem(CocoaStrategy strategy, Dataset data, ShardRange mine)
        : base(
            SparseVectors.Rows(data, (int)mine.Start, (int)(mine.Start + mine.Length), strategy.Bias),
            data.Features + (strategy.Bias ? 1 : 0), 1 / (strategy.Lambda * data.Rows))
    {
        _problem = strategy.Problem;
        _lambda = strategy.Lambda;
        _rows = data.Rows;
        _targets = new double[mine.Length];
        for (var i = 0; i < _targets.Length; i++)
            _targets[i] = TargetOf(data, (int)mine.Start + i);
    }

    /// <summary>The target of a row: its number, or ±1 for the second or first class.</summary>
    public static double TargetOf(Dataset data, int row) =>
        data.Labels.IsEmpty ? data.Targets[row] : data.Labels[row] == 1 ? 1 : -1;

    /// <summary>ℓ(z, y).</summary>
    public static double Loss(CocoaProblem problem, double z, double y) => problem switch
    {
        CocoaProblem.Svm => Math.Max(0, 1 - (y * z)),
        // ln(1 + e^-m), without overflow.
        CocoaProblem.Logistic => Math.Max(0, -y * z) + Math.Log(1 + Math.Exp(-Math.Abs(y * z))),
        CocoaProblem.Ridge or CocoaProblem.Lasso => (z - y) * (z - y) / 2,
        _ => throw new UnreachableException($"Unhandled problem {problem}."),
    };

    public override void Point(ReadOnlySpan<double> shared, Span<double> point) => shared.CopyTo(point);

    public override double Solve(int coordinate, double product, double alpha, double sigma)
    {
        var y = _targets[coordinate];
        var curvature = sigma * Vectors.Norms[coordinate] * Scale;
        return _problem switch
        {
            CocoaProblem.Svm => y * (curvature > 0
                ? Math.Clamp((y * alpha) + ((1 - (y * product)) / curvature), 0, 1)
                : 1),
            CocoaProblem.Logistic => y * SolveLogistic(y * product, y * alpha, curvature),
            _ => alpha + ((y - product - alpha) / (1 + curvature)),
        };
    }

    public override (double Primal, double Dual) Objectives(
        ReadOnlySpan<double> shared, ReadOnlySpan<double> alpha, ProcessGroup group)
    {
        Span<double> sums = [0, 0];
        for (var i = 0; i < _targets.Length; i++)
        {
            sums[0] += Loss(_problem, Vectors.Dot(i, shared), _targets[i]);
            sums[1] += Conjugate(alpha[i], _targets[i]);
        }
        group.AllReduce(sums);
        var regulariser = 0.0;
        foreach (var w in shared)
            regulariser += w * w;
        regulariser *= _lambda / 2;
        return ((sums[0] / _rows) + regulariser, (sums[1] / _rows) - regulariser);
    }

    public override double[] Weights(ReadOnlySpan<double> shared, ReadOnlySpan<double> alpha, ProcessGroup group) =>
        shared.ToArray();

    /// <summary>-ℓ*(-α).</summary>
    private double Conjugate(double alpha, double y)
    {
        var a = y * alpha;
        return _problem switch
        {
            CocoaProblem.Svm => a,
            CocoaProblem.Logistic => Entropy(a) + Entropy(1 - a),
            _ => a - (alpha * alpha / 2),
        };
    }

    private static double Entropy(double a) => a > 0 ? -a * Math.Log(a) : 0;

    /// <summary>
    /// The root in (0, 1) of ln(a / (1 - a)) + margin + curvature (a - old), which grows with a: Newton's steps inside
    /// a shrinking bracket.
    /// </summary>
    private static double SolveLogistic(double margin, double old, double curvature)
    {
        var (low, high) = (0.0, 1.0);
        var a = old is > 0 and < 1 ? old : 0.5;
        for (var step = 0; step < NewtonSteps; step++)
        {
            var slope = Math.Log(a / (1 - a)) + margin + (curvature * (a - old));
            if (slope > 0)
                high = a;
            else
                low = a;
            var next = a - (slope / ((1 / (a * (1 - a))) + curvature));
            if (!(next > low && next < high))
                next = (low + high) / 2;
            if (next == a || next <= 0 || next >= 1)
                break;
            a = next;
        }
        return a;
    }
}
