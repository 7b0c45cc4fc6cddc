namespace TuneGraph.Search;

/// <summary>
/// How each run begins. IPOP: Auger and Hansen, CEC 2005; BIPOP: Hansen, BBOB-2009 workshop, section 2.
/// </summary>
internal sealed class CmaSchedule(CmaOptions options, CmaAxes axes, ulong seed)
{
    private long _large; // trials in runs with growing populations
    private long _small;
    private int _largest;

    /// <summary>The first run: in the middle of the space, or over the best tenth of what is known.</summary>
    /// <param name="known">Codes and losses of known trials.</param>
    public CmaRun First(IReadOnlyList<(double Loss, double[] Codes)> known)
    {
        var n = axes.Numeric.Count;
        var (mean, sigma, c) = (Enumerable.Repeat(0.5, n).ToArray(), options.InitialStep, Round());
        var count = known.Count / 10; // γ = 0.1
        if (count > 0 && n > 0)
            (mean, sigma, c) = CmaWarmStart.Fit(
                [.. known.OrderBy(k => k.Loss).Take(count).Select(k => k.Codes)], options.Separable);
        return Run(0, DefaultPopulation, mean, sigma, c);
    }

    /// <summary>The run after one that has converged.</summary>
    public CmaRun After(CmaRun done)
    {
        var random = SearchRandom.For(seed, done.Number, "cma restart");
        double[] mean = [.. axes.Numeric.Select(_ => random.NextDouble())];
        var (u, v) = (random.NextDouble(), random.NextDouble());
        var first = DefaultPopulation;
        if (done.Number == 0 || done.Population > _largest || options.Restarts == CmaRestarts.Ipop)
            (_large, _largest) = (_large + done.Told, Math.Max(_largest, done.Population));
        else
            _small += done.Told;
        if (options.Restarts == CmaRestarts.Ipop || _small >= _large)
            return Run(done.Number + 1, 2 * _largest, mean, options.InitialStep, Round());
        var population = (int)(first * Math.Pow(0.5 * _largest / first, u * u));
        var sigma = options.InitialStep * Math.Pow(10, -2 * v);
        return Run(done.Number + 1, Math.Max(first, population), mean, sigma, Round());
    }

    private int DefaultPopulation =>
        options.Population ?? CmaConstants.DefaultPopulation(Math.Max(1, axes.Numeric.Count + axes.Weights.Count));

    private CmaRun Run(int number, int population, double[] mean, double sigma, Covariance c)
    {
        var constants = new CmaConstants(Math.Max(1, mean.Length), population, options.Separable);
        var distribution = new CmaDistribution(constants, mean, sigma, c, options.AdaptLearningRates);
        return new(number, axes, distribution, options.StepTolerance);
    }

    private Covariance Round() => options.Separable
        ? DiagonalCovariance.Identity(axes.Numeric.Count)
        : FullCovariance.Identity(axes.Numeric.Count);
}
