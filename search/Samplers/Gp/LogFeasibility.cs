namespace TuneGraph.Search;

/// <summary>
/// The logarithm of the probability that a constraint holds, ln Φ((limit − μ) / σ) (Gardner et al., "Bayesian
/// optimization with inequality constraints", ICML 2014, (9)).
/// </summary>
/// <param name="axes">The axes.</param>
/// <param name="posterior">The model of the constraint.</param>
/// <param name="limit">The largest value with which it holds.</param>
internal sealed class LogFeasibility(GpAxes axes, GpPosterior posterior, double limit)
    : PosteriorAcquisition(axes, posterior)
{
    private const double Steep = -1;
    private static readonly double _logRoot = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>ln Φ(z) and its derivative φ(z) / Φ(z).</summary>
    public static (double Log, double Slope) LogCdf(double z)
    {
        var logDensity = (-z * z / 2) - _logRoot;
        var log = z > Steep
            ? Math.Log(Gaussian.Cdf(z))
            : logDensity + Math.Log(Gaussian.Erfcx(-z / Math.Sqrt(2)) * Math.Sqrt(Math.PI / 2));
        return (log, Math.Exp(logDensity - log));
    }

    protected override double Value(
        ReadOnlySpan<double> covariances, double deviation, Span<double> weights, out double inDeviation)
    {
        var z = (limit - Mean(0, covariances)) / deviation;
        var (log, slope) = LogCdf(z);
        inDeviation = -slope * z / deviation;
        AddMean(0, -slope / deviation, weights);
        return log;
    }
}
