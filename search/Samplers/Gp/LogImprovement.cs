namespace TuneGraph.Search;

/// <summary>
/// The logarithm of the improvement that a further trial is expected to bring (Ament et al., "Unexpected improvements
/// to expected improvement for Bayesian optimization", NeurIPS 2023). With trials running it is qLogEI: the mean over
/// fantasies of what those will report, in each of which the improvement over the best is taken exactly. (What the
/// running ones bring by themselves does not depend on the further one.)
/// </summary>
/// <param name="axes">The axes.</param>
/// <param name="posterior">The model, with a list of targets for each fantasy.</param>
/// <param name="bests">The least loss in each fantasy.</param>
internal sealed class LogImprovement(GpAxes axes, GpPosterior posterior, double[] bests)
    : PosteriorAcquisition(axes, posterior)
{
    private const double Steep = -1;
    private const double Far = -1000; // from here on the series is the more exact
    private static readonly double _logRoot = 0.5 * Math.Log(2 * Math.PI);

    private readonly double[] _logs = new double[bests.Length];

    /// <summary>ln (σ h(z)) with z = (best − μ) / σ, and its derivatives in μ and σ.</summary>
    public static (double Log, double InMean, double InDeviation) Of(double mean, double deviation, double best)
    {
        var z = (best - mean) / deviation;
        var log = LogH(z);
        var density = Math.Exp((-z * z / 2) - _logRoot - log); // φ / h
        var mass = z > Steep ? Gaussian.Cdf(z) / Math.Exp(log) : Mills(z) * density; // Φ / h
        return (log + Math.Log(deviation), -mass / deviation, density / deviation);
    }

    /// <summary>ln h(z), h(z) = φ(z) + z Φ(z), without underflow: Ament et al., (9).</summary>
    public static double LogH(double z)
    {
        if (z > Steep)
            return Math.Log(Math.Exp((-z * z / 2) - _logRoot) + (z * Gaussian.Cdf(z)));
        var tail = (-z * z / 2) - _logRoot;
        var t = 1 / (z * z);
        return z < Far
            ? tail + Math.Log(t) + Math.Log(1 - (3 * t) + (15 * t * t))
            : tail + Math.Log(1 + (z * Mills(z)));
    }

    protected override double Value(
        ReadOnlySpan<double> means, double deviation, Span<double> inMeans, out double inDeviation)
    {
        inDeviation = 0;
        for (var s = 0; s < means.Length; s++)
            _logs[s] = Of(means[s], deviation, bests[s]).Log;
        var sum = Vectors.LogSumExp(_logs);
        for (var s = 0; s < inMeans.Length; s++)
        {
            var (log, inMean, inSigma) = Of(means[s], deviation, bests[s]);
            var share = Math.Exp(log - sum);
            inDeviation += share * inSigma;
            inMeans[s] = share * inMean;
        }

        return sum - Math.Log(means.Length);
    }

    /// <summary>Φ(z) / φ(z) for z ≤ −1.</summary>
    private static double Mills(double z) => Gaussian.Erfcx(-z / Math.Sqrt(2)) * Math.Sqrt(Math.PI / 2);
}
