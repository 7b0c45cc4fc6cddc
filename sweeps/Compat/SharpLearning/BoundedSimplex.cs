namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// A simplex of points in the unit cube that walks downhill: Nelder and Mead, "A simplex method for function
/// minimization", Computer Journal 7 (1965), with points outside moved onto the bounds (Luersen and Le Riche,
/// "Globalized Nelder-Mead method for engineering optimization", Computers and Structures 82, 2004).
/// </summary>
/// <param name="evaluate">The values of several points; NaN counts as the worst.</param>
/// <param name="alpha">How far the worst point is reflected.</param>
/// <param name="gamma">How far it is thrown where that paid.</param>
/// <param name="rho">How far it is drawn in where it did not, below 0 for its own side.</param>
/// <param name="sigma">How much is left of the simplex where nothing helped.</param>
internal sealed class BoundedSimplex(
    Func<IReadOnlyList<double[]>, double[]> evaluate, double alpha, double gamma, double rho, double sigma)
{
    private const double Size = 0.1; // of the first simplex

    private readonly List<(double[] Point, double Value)> _corners = [];

    /// <summary>The least value.</summary>
    public double Best => _corners[0].Value;

    /// <summary>Begins about a point.</summary>
    public void Start(double[] at)
    {
        _corners.Clear();
        Take([at, .. at.Select((_, i) => Beside(at, i))]);
    }

    /// <summary>Makes one step.</summary>
    public void Step()
    {
        var (worst, value) = _corners[^1];
        var middle = Middle();
        var reflected = At(middle, worst, alpha);
        if (reflected.Value < Best)
        {
            var thrown = At(middle, worst, gamma);
            Replace(thrown.Value < reflected.Value ? thrown : reflected);
        }
        else if (reflected.Value < _corners[^2].Value)
            Replace(reflected);
        else if (At(middle, worst, rho) is var drawn && drawn.Value < value)
            Replace(drawn);
        else
            Shrink();
    }

    private static double[] Beside(double[] at, int axis)
    {
        var point = (double[])at.Clone();
        point[axis] += point[axis] + Size <= 1 ? Size : -Size;
        return point;
    }

    /// <summary>The middle of all corners but the worst.</summary>
    private double[] Middle()
    {
        var middle = new double[_corners[0].Point.Length];
        foreach (var (point, _) in _corners.SkipLast(1))
        {
            for (var i = 0; i < middle.Length; i++)
                middle[i] += point[i] / (_corners.Count - 1);
        }

        return middle;
    }

    private (double[] Point, double Value) At(double[] middle, double[] worst, double factor)
    {
        double[] point = [.. middle.Select((m, i) => Math.Clamp(m + (factor * (m - worst[i])), 0, 1))];
        return (point, Worth(evaluate([point])[0]));
    }

    private void Replace((double[] Point, double Value) corner)
    {
        _corners[^1] = corner;
        Sort();
    }

    private void Shrink()
    {
        var best = _corners[0];
        double[][] drawn =
        [
            .. _corners.Skip(1)
                .Select(corner => best.Point.Select((b, i) => b + (sigma * (corner.Point[i] - b))).ToArray()),
        ];
        _corners.RemoveRange(1, drawn.Length);
        Take(drawn);
    }

    private void Take(double[][] points)
    {
        _corners.AddRange(points.Zip(evaluate(points), (point, value) => (point, Worth(value))));
        Sort();
    }

    private void Sort()
    {
        var sorted = _corners.OrderBy(corner => corner.Value).ToList(); // keeps the order of equal ones
        _corners.Clear();
        _corners.AddRange(sorted);
    }

    private static double Worth(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;
}
