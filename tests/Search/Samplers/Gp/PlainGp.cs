namespace TuneGraph.Tests.Search;

/// <summary>
/// Gaussian-process regression from its definitions, with Gaussian elimination and no shared code: the reference of
/// the engine's.
/// </summary>
internal sealed class PlainGp
{
    private readonly double[][] _points;
    private readonly Func<double[], double[], double> _kernel;
    private readonly double[][] _covariance;

    public PlainGp(double[][] points, Func<double[], double[], double> kernel, double noise)
    {
        (_points, _kernel) = (points, kernel);
        double[] Row(double[] a, int i) => [.. points.Select((b, j) => kernel(a, b) + (i == j ? noise : 0))];
        _covariance = [.. points.Select(Row)];
    }

    /// <summary>(1 + √5 r + 5/3 r²) exp(−√5 r), r² = Σ θ (a − b)², or θ where choices differ.</summary>
    public static Func<double[], double[], double> Matern52(
        double amplitude, double[] theta, bool[] choice) => (a, b) =>
    {
        var square = theta.Select((t, i) => choice[i] ? (a[i] == b[i] ? 0 : t) : t * Math.Pow(a[i] - b[i], 2)).Sum();
        var r = Math.Sqrt(square);
        return amplitude * (1 + (Math.Sqrt(5) * r) + (5 * square / 3)) * Math.Exp(-Math.Sqrt(5) * r);
    };

    public (double Mean, double Variance) At(double[] x, double[] targets)
    {
        var k = _points.Select(point => _kernel(x, point)).ToArray();
        return (Dot(k, Solve(targets).X), _kernel(x, x) - Dot(k, Solve(k).X));
    }

    /// <summary>½ yᵀ K⁻¹ y + ½ ln |K|.</summary>
    public double NegativeLogLikelihood(double[] targets)
    {
        var (x, determinant) = Solve(targets);
        return (Dot(targets, x) / 2) + (Math.Log(determinant) / 2);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

    private (double[] X, double Determinant) Solve(double[] right)
    {
        var n = right.Length;
        var rows = _covariance.Select((row, i) => (double[])[.. row, right[i]]).ToArray();
        var determinant = 1.0;
        for (var c = 0; c < n; c++)
        {
            determinant *= rows[c][c];
            for (var r = 0; r < n; r++)
            {
                if (r == c)
                    continue;
                var factor = rows[r][c] / rows[c][c];
                for (var k = c; k <= n; k++)
                    rows[r][k] -= factor * rows[c][k];
            }
        }

        return ([.. rows.Select((row, i) => row[n] / row[i])], determinant);
    }
}
