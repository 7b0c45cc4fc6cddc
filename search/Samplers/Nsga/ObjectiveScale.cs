namespace TuneGraph.Search;

/// <summary>
/// Makes objectives of different extents comparable: the best value of each becomes 0, and the plane through the
/// extreme points cuts each axis at 1 (Deb and Jain, "An evolutionary many-objective optimization algorithm using
/// reference-point-based nondominated sorting approach, part I", IEEE TEVC 18 (4), 2014, Algorithm 2).
/// </summary>
internal sealed class ObjectiveScale(int objectives)
{
    /// <summary>What other axes weigh in the search for one axis' extreme point.</summary>
    private const double OffAxis = 1e-6;

    /// <summary>Keeps squares finite.</summary>
    private const double Largest = 1e150;

    private readonly double[] _ideal = [.. Enumerable.Repeat(double.PositiveInfinity, objectives)];
    private readonly double[]?[] _extremes = new double[]?[objectives];
    private double[] _extent = [];

    /// <summary>Takes points in: those of the first front, and all that are to be scaled.</summary>
    public void Learn(IReadOnlyList<double[]> front, IEnumerable<double[]> all)
    {
        foreach (var point in all)
        {
            for (var i = 0; i < _ideal.Length; i++)
                _ideal[i] = Math.Min(_ideal[i], point[i]);
        }

        for (var axis = 0; axis < _extremes.Length; axis++)
        {
            var known = _extremes[axis] is { } extreme ? front.Append(extreme) : front;
            _extremes[axis] = known.MinBy(point => Reach(point, axis));
        }

        _extent = Intercepts() ?? [.. _ideal.Select((_, i) => front.Max(point => Above(point, i)))];
    }

    /// <summary>The point's losses on the common scale.</summary>
    public double[] Scaled(double[] point)
    {
        var scaled = new double[point.Length];
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = Above(point, i) / (_extent[i] > 0 ? _extent[i] : 1);
        return scaled;
    }

    private double Above(double[] point, int i) => Math.Min(point[i] - _ideal[i], Largest);

    /// <summary>The achievement scalarising function, equation (4).</summary>
    private double Reach(double[] point, int axis)
    {
        var reach = 0.0;
        for (var i = 0; i < point.Length; i++)
            reach = Math.Max(reach, Above(point, i) / (i == axis ? 1 : OffAxis));
        return reach;
    }

    /// <summary>Where the plane through the extreme points cuts the axes; null where it does not.</summary>
    private double[]? Intercepts()
    {
        var n = _extremes.Length;
        var rows = new double[n][]; // extremes · x = 1, and x holds the inverse intercepts
        for (var i = 0; i < n; i++)
        {
            rows[i] = new double[n + 1];
            for (var j = 0; j < n; j++)
                rows[i][j] = Above(_extremes[i]!, j);
            rows[i][n] = 1;
        }

        return Solve(rows) is { } inverse && Array.TrueForAll(inverse, x => x > 0 && 1 / x > OffAxis)
            ? Array.ConvertAll(inverse, x => 1 / x)
            : null;
    }

    /// <summary>Gauss's elimination with row exchange; null for a singular system.</summary>
    private static double[]? Solve(double[][] rows)
    {
        var n = rows.Length;
        for (var k = 0; k < n; k++)
        {
            var pivot = k;
            for (var i = k + 1; i < n; i++)
                pivot = Math.Abs(rows[i][k]) > Math.Abs(rows[pivot][k]) ? i : pivot;
            (rows[k], rows[pivot]) = (rows[pivot], rows[k]);
            if (!(Math.Abs(rows[k][k]) > 1e-12 * rows.Max(row => Math.Abs(row[k]))) || rows[k][k] == 0)
                return null;
            for (var i = 0; i < n; i++)
            {
                var factor = i == k ? 0 : rows[i][k] / rows[k][k];
                for (var j = k; j <= n; j++)
                    rows[i][j] -= factor * rows[k][j];
            }
        }

        return [.. rows.Select((row, k) => row[n] / row[k])];
    }
}
