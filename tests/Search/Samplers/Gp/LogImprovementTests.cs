using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class LogImprovementTests
{
    /// <summary>Reference: ln(φ(z) + z Φ(z)) by mpmath with 60 digits, 200 in the far tail.</summary>
    [Theory]
    [InlineData(3, 1.0987396653277078)]
    [InlineData(0.5, -0.35982768374506382)]
    [InlineData(0, -0.91893853320467274)]
    [InlineData(-0.9, -2.2982829894596518)]
    [InlineData(-1.1, -2.6791783824760535)]
    [InlineData(-3, -7.8696860596030285)]
    [InlineData(-10, -55.553122036122356)]
    [InlineData(-40, -808.29856835661996)]
    [InlineData(-999, -499015.2324510965)]
    [InlineData(-1001, -501015.23645108583)]
    [InlineData(-1e5, -5000000023.9447895)]
    public void The_logarithm_matches_the_reference(double z, double expected) =>
        Assert.Equal(expected, LogImprovement.LogH(z), 1e-9 * Math.Max(1, Math.Abs(expected)));

    [Theory]
    [InlineData(0.3, 0.7, 0.4)]
    [InlineData(2, 0.5, 0.4)]
    [InlineData(5, 0.1, 0.4)]
    [InlineData(-1, 0.01, 0)]
    public void The_derivatives_are_those_of_finite_differences(double mean, double deviation, double best)
    {
        const double Step = 1e-6;
        var (_, inMean, inDeviation) = LogImprovement.Of(mean, deviation, best);
        var byMean = LogImprovement.Of(mean + Step, deviation, best).Log
            - LogImprovement.Of(mean - Step, deviation, best).Log;
        var byDeviation = LogImprovement.Of(mean, deviation + Step, best).Log
            - LogImprovement.Of(mean, deviation - Step, best).Log;
        Assert.Equal(byMean / (2 * Step), inMean, 1e-5 * Math.Max(1, Math.Abs(inMean)));
        Assert.Equal(byDeviation / (2 * Step), inDeviation, 1e-5 * Math.Max(1, Math.Abs(inDeviation)));
    }

    /// <summary>Reference: ln Φ(z) by mpmath with 60 digits.</summary>
    [Theory]
    [InlineData(2, -0.023012909328963488)]
    [InlineData(0, -0.69314718055994531)]
    [InlineData(-0.9, -1.6924928065613382)]
    [InlineData(-1.1, -1.9975588469862971)]
    [InlineData(-10, -53.231285150512471)]
    [InlineData(-40, -804.60844201375379)]
    public void The_probability_of_feasibility_matches_the_reference(double z, double expected)
    {
        const double Step = 1e-6;
        var (log, slope) = LogFeasibility.LogCdf(z);
        Assert.Equal(expected, log, 1e-12 * Math.Max(1, Math.Abs(expected)));
        var difference = LogFeasibility.LogCdf(z + Step).Log - LogFeasibility.LogCdf(z - Step).Log;
        Assert.Equal(difference / (2 * Step), slope, 1e-5 * Math.Max(1, slope));
    }

    /// <summary>Reference: scipy 1.10 <c>special.erfcx</c>.</summary>
    [Theory]
    [InlineData(0.5, 0.6156903441929258)]
    [InlineData(1, 0.427583576155807)]
    [InlineData(3, 0.17900115118138998)]
    [InlineData(5, 0.11070463773306861)]
    [InlineData(30, 0.018795888861416754)]
    public void The_scaled_error_function_matches_the_reference(double x, double expected) =>
        Assert.Equal(expected, Gaussian.Erfcx(x), 1e-14 * expected);
}
