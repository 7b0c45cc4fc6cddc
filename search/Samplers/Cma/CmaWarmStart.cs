namespace TuneGraph.Search;

/// <summary>
/// Where to begin when similar trials are known: the normal distribution nearest to the best of them. Nomura et al.,
/// "Warm starting CMA-ES for hyperparameter optimization" (AAAI 2021, arXiv 2012.06932), equations (8) and (9).
/// </summary>
internal static class CmaWarmStart
{
    /// <summary>α: the standard deviation around each of the good points.</summary>
    private const double Spread = 0.1;

    /// <summary>Mean, step size and covariance (of determinant 1) of the distribution about these points.</summary>
    /// <param name="good">The best of the known points, [point][dimension], at least one.</param>
    /// <param name="separable">Whether covariances between dimensions are left out.</param>
    public static (double[] Mean, double Sigma, Covariance C) Fit(IReadOnlyList<double[]> good, bool separable)
    {
        var n = good[0].Length;
        var mean = new double[n];
        foreach (var x in good)
        {
            for (var i = 0; i < n; i++)
                mean[i] += x[i] / good.Count;
        }

        var matrix = new double[n * n]; // α² I + the covariance of the points
        for (var i = 0; i < n; i++)
        {
            matrix[(i * n) + i] = Spread * Spread;
            for (var j = 0; j < n; j++)
                matrix[(i * n) + j] += good.Sum(x => (x[i] - mean[i]) * (x[j] - mean[j])) / good.Count;
        }

        Covariance c = separable
            ? new DiagonalCovariance(Enumerable.Range(0, n).Select(i => matrix[(i * n) + i]))
            : new FullCovariance(matrix);
        var variance = c.MeanVariance();
        return (mean, Math.Sqrt(variance), c.Scaled(1 / variance));
    }
}
