using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class CurvePrunerTests : PrunerConformance
{
    private const int End = 100;

    [Theory]
    [InlineData("power", 0.15)]
    [InlineData("exponential", 0.05)]
    [InlineData("mmf", 0.06)]
    public void The_end_of_a_curve_of_each_family_is_foreseen_from_its_first_third(string family, double within)
    {
        Func<int, double> curve = family switch
        {
            "power" => t => 0.2 + (0.8 * Math.Pow(t + 1, -0.6)),
            "exponential" => t => 0.2 + (0.8 * Math.Exp(-t / 18.0)),
            _ => t => 0.2 + (0.8 / (1 + Math.Pow(t / 22.0, 2))),
        };
        var random = new SearchRandom(5);
        var values = Enumerable.Range(1, End / 3)
            .Select(t => new IntermediateValue(t, curve(t) + (0.004 * (random.NextDouble() - 0.5)))).ToList();
        var forecast = CurveForecast.Of(values, v => v, End);
        Assert.Equal(curve(End), forecast.Mean, within);
        Assert.InRange(forecast.ChanceBelow(curve(End) - (4 * within)), 0, 0.05);
        Assert.InRange(forecast.ChanceBelow(curve(End) + (4 * within)), 0.95, 1);
    }

    [Theory] // scipy 1.10.1: scipy.stats.t.cdf(t, df)
    [InlineData(2, -2, 0.09175170953613693)]
    [InlineData(4, 1.5, 0.896)]
    [InlineData(10, -3, 0.006671827516641)]
    [InlineData(30, 0.5, 0.6896414)]
    public void Students_distribution_is_near_enough(double degrees, double t, double expected) =>
        Assert.Equal(expected, CurveForecast.StudentCdf(degrees, t), 0.005);

    [Fact]
    public void A_slow_learner_with_a_good_end_goes_on_and_a_fast_one_that_levels_off_is_stopped()
    {
        var study = Filled();
        study.Ask();
        study.Ask();
        var (slow, fast) = (Verdict.Continue, Verdict.Continue);
        for (var step = 1; step <= 40; step++)
        {
            slow = Worse(slow, study.Report(3, step, 0.05 + (0.85 * Math.Exp(-step / 30.0))).Verdict);
            if (fast == Verdict.Continue)
                fast = Worse(fast, study.Report(4, step, 0.4 + (0.5 * Math.Exp(-step / 3.0))).Verdict);
        }

        Assert.Equal(Verdict.Continue, slow);
        Assert.Equal(Verdict.Stop, fast);
        Assert.True(study.Trials[4].LastStep < 30, $"it took {study.Trials[4].LastStep} steps");
        var (ahead, behind) = (study.Trials[4].IntermediateValues, study.Trials[3].IntermediateValues);
        Assert.True(ahead[9].Value < behind[9].Value);
    }

    [Fact]
    public void A_flat_curve_a_constant_one_and_a_rising_one_have_a_forecast()
    {
        foreach (var slope in (double[])[0, 1e-12, 0.01])
        {
            var values = Enumerable.Range(1, 8).Select(t => new IntermediateValue(t, 1 + (slope * t))).ToList();
            var forecast = CurveForecast.Of(values, v => v, End);
            Assert.InRange(forecast.Mean, 0.99, 1.1);
            Assert.InRange(forecast.ChanceBelow(0), 0, 0.05);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurveOptions { Threshold = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurveOptions { LeastPoints = 3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurveOptions { WarmupShare = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurveOptions { StartupTrials = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurveOptions { Interval = 0 });
    }

    protected override Pruner Make() => new CurvePruner();

    private static Verdict Worse(Verdict one, Verdict other) => one > other ? one : other;

    private static Study Filled()
    {
        var study = new Study(new()
        {
            Space = SearchSpace.Empty,
            Sampler = new RandomSampler(),
            Pruner = new CurvePruner(),
            MaxResource = End,
        });
        for (var k = 0; k < 3; k++)
        {
            study.Ask();
            study.Report(k, End, 0.2 + (0.1 * k));
            study.Tell(k, TrialState.Completed, 0.2 + (0.1 * k));
        }

        return study;
    }
}
