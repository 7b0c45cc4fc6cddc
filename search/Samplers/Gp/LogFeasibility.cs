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

    /// <summary>The probability of one of a study's constraints.</summary>
    public static LogFeasibility Of(
        int constraint, GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options)
    {
        var (places, values) = seen.Constraint(constraint);
        var codes = places.Select(k => seen.Codes[k]).ToArray();
        var fit = memo.Fit(1 + constraint, axes, codes, values, false, options.WarpInputs);
        var (targets, limit) = OutputWarp.Standardize(values, 0);
        var posterior = new GpPosterior(axes, fit.At, axes.PlaceAll(codes));
        posterior.Observe(targets);
        return new(axes, posterior, limit);
    }

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
        ReadOnlySpan<double> means, double deviation, Span<double> inMeans, out double inDeviation)
    {
        var z = (limit - means[0]) / deviation;
        var (log, slope) = LogCdf(z);
        inDeviation = -slope * z / deviation;
        if (inMeans.Length > 0)
            inMeans[0] = -slope / deviation;
        return log;
    }
}
