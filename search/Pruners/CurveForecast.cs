namespace TuneGraph.Search;

/// <summary>
/// Where a learning curve will be at a later step: a mixture of what each curve family, with each of some shapes,
/// foretells, weighted by how well it fits.
/// </summary>
/// <remarks>
/// A family is y(t) = c + a·g(t; θ) with a ≥ 0 and g falling from 1: the power law (t + 1)^−θ, the exponential e^(−t/θ)
/// and the Morgan-Mercer-Flodin curve 1 / (1 + (t/κ)^δ), three of the families of Domhan et al. 2015. For a fixed θ the
/// least squares in (c, a) are linear, and their forecast is a Student t distribution with n − 2 degrees of freedom. A
/// fit weighs RSS^(−n/2), its likelihood: all have as many parameters. The first fifth of the points counts less, since
/// it is often a matter of the start.
/// </remarks>
internal sealed class CurveForecast
{
    private static readonly double[] _powers = [0.15, 0.3, 0.5, 0.75, 1, 1.5, 2];
    private static readonly double[] _shares = [0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.45, 0.7, 1, 2];

    /// <summary>
    /// A fit better than so much of the curve's size is not believed: noise is never nothing.
    /// </summary>
    private const double LeastNoise = 1e-3;

    private readonly List<Fit> _fits = [];

    private CurveForecast()
    {
    }

    /// <summary>The mean of the forecast.</summary>
    public double Mean { get; private set; }

    /// <summary>Its standard deviation, that of the t distributions taken as their scale.</summary>
    public double Deviation { get; private set; }

    /// <summary>The forecast of a curve of at least 4 points, as losses, for the step <paramref name="end"/>.</summary>
    public static CurveForecast Of(IReadOnlyList<IntermediateValue> values, Func<double, double> loss, int end)
    {
        var forecast = new CurveForecast();
        var t = new double[values.Count];
        var y = new double[values.Count];
        for (var i = 0; i < t.Length; i++)
            (t[i], y[i]) = (values[i].Step, loss(values[i].Value));
        foreach (var power in _powers)
            forecast.Add(t, y, end, s => Math.Pow(s + 1, -power));
        foreach (var share in _shares)
            forecast.Add(t, y, end, s => Math.Exp(-s / (share * end)));
        foreach (var share in _shares)
        {
            forecast.Add(t, y, end, s => 1 / (1 + (s / (share * end))));
            forecast.Add(t, y, end, s => 1 / (1 + Math.Pow(s / (share * end), 2)));
        }

        forecast.Weigh();
        return forecast;
    }

    /// <summary>The chance that the curve ends below a loss.</summary>
    public double ChanceBelow(double loss) =>
        Math.Min(1, _fits.Sum(fit => fit.Weight * StudentCdf(fit.Degrees, (loss - fit.Mean) / fit.Scale)));

    private void Add(double[] t, double[] y, int end, Func<double, double> g)
    {
        var n = t.Length;
        var x = new double[n];
        var (w, sx, sy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            x[i] = g(t[i]);
            w += WeightOf(i, n);
            sx += WeightOf(i, n) * x[i];
            sy += WeightOf(i, n) * y[i];
        }

        var (mx, my) = (sx / w, sy / w);
        var (sxx, sxy, syy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            sxx += WeightOf(i, n) * (x[i] - mx) * (x[i] - mx);
            sxy += WeightOf(i, n) * (x[i] - mx) * (y[i] - my);
            syy += WeightOf(i, n) * (y[i] - my) * (y[i] - my);
        }

        if (!(sxx > 1e-14))
            return;
        var a = Math.Max(0, sxy / sxx);
        var floor = LeastNoise * (Math.Abs(my) + Math.Sqrt(syy / w));
        var rest = Math.Max(syy - (2 * a * sxy) + (a * a * sxx), w * floor * floor) + double.Epsilon;
        var away = g(end) - mx;
        var scale = Math.Sqrt(rest / (w - 2) * (1 + (1 / w) + (away * away / sxx)));
        _fits.Add(new(my + (a * away), Math.Max(scale, 1e-300), w - 2, -0.5 * w * Math.Log(rest)));
    }

    /// <summary>From 1/2 for the first point to 1 from a fifth of the curve on.</summary>
    private static double WeightOf(int i, int n) => Math.Min(1, 0.5 + (2.5 * i / n));

    private void Weigh()
    {
        var most = _fits.Max(fit => fit.Weight);
        var sum = _fits.Sum(fit => Math.Exp(fit.Weight - most));
        for (var i = 0; i < _fits.Count; i++)
            _fits[i] = _fits[i] with { Weight = Math.Exp(_fits[i].Weight - most) / sum };
        Mean = _fits.Sum(fit => fit.Weight * fit.Mean);
        Deviation = Math.Sqrt(_fits.Sum(
            fit => fit.Weight * ((fit.Scale * fit.Scale) + ((fit.Mean - Mean) * (fit.Mean - Mean)))));
    }

    /// <summary>
    /// Student's distribution function by Wallace's transformation to a normal deviate (Ann. Math. Stat. 30, 1959):
    /// z = (8ν + 1)/(8ν + 3) · √(ν ln(1 + t²/ν)); off by less than 0.01 from 2 degrees of freedom on.
    /// </summary>
    internal static double StudentCdf(double degrees, double t)
    {
        var z = ((8 * degrees) + 1) / ((8 * degrees) + 3) * Math.Sqrt(degrees * Math.Log(1 + (t * t / degrees)));
        return Gaussian.Cdf(t < 0 ? -z : z);
    }

    /// <summary>One family's forecast; the weight is a logarithm until all are known.</summary>
    private readonly record struct Fit(double Mean, double Scale, double Degrees, double Weight);
}
