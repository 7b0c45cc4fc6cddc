namespace TuneGraph.Search;

/// <summary>
/// What running trials may report, drawn jointly from what a model believes (Snoek et al., "Practical Bayesian
/// optimization of machine learning algorithms", NeurIPS 2012, section 3.2).
/// </summary>
internal static class Fantasies
{
    /// <summary>
    /// Values for the running trials, one list for each fantasy; the means where none is asked for or can be drawn.
    /// </summary>
    public static double[][] Draw(
        GpAxes axes, GpPosterior posterior, double[][] running, int count, SearchRandom random)
    {
        var (means, factor) = Joint(axes, posterior, running);
        if (count == 0)
            return [means];
        var q = running.Length;
        for (var i = 0; i < q; i++)
            factor[(i * q) + i] += posterior.Noise + (1e-9 * posterior.Amplitude);
        if (!Cholesky.TryFactor(factor, q))
            return [means];
        var draws = new double[count][];
        var z = new double[q];
        for (var s = 0; s < count; s++)
        {
            foreach (ref var part in z.AsSpan())
                part = Gaussian.Quantile(Math.Max(random.NextDouble(), 1e-16));
            draws[s] = [.. means];
            for (var i = 0; i < q; i++)
                draws[s][i] += Dense.Dot(z.AsSpan(0, i + 1), factor.AsSpan(i * q));
        }

        return draws;
    }

    /// <summary>The means and the lower triangle of the covariances (Rasmussen and Williams, (2.23), (2.24)).</summary>
    private static (double[] Means, double[] Covariances) Joint(
        GpAxes axes, GpPosterior posterior, double[][] running)
    {
        var q = running.Length;
        var (means, covariances) = (new double[q], new double[q * q]);
        var (points, whitened) = (new double[q][], new double[q][]);
        var (values, slopes) = (new double[posterior.Count], new double[posterior.Count]);
        for (var i = 0; i < q; i++)
        {
            points[i] = new double[axes.Coordinates];
            whitened[i] = new double[posterior.Count];
            axes.Place(running[i], points[i]);
            posterior.Warp(points[i]);
            posterior.Covariances(points[i], values, slopes);
            means[i] = Dense.Dot(values, posterior.Alphas[0]);
            posterior.Whiten(values, whitened[i]);
            for (var j = 0; j <= i; j++)
            {
                var prior = posterior.Covariance(points[i], points[j]);
                covariances[(i * q) + j] = prior - Dense.Dot(whitened[i], whitened[j]);
            }
        }

        return (means, covariances);
    }
}
