using System.Collections.Immutable;
using TuneGraph.Cli;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Fleets;

public sealed class StudyChangeTests
{
    private static SweepSpec Spec => SweepSample.Read(SweepSample.Text);

    [Fact]
    public void What_is_named_changes_and_the_rest_stays()
    {
        var changed = new StudyChange { Trials = 90, TimeoutSeconds = 60, Priority = 2, Quota = 8 }.In(Spec);

        Assert.Equal(Spec.Budget with { Trials = 90, Timeout = TimeSpan.FromMinutes(1) }, changed.Budget);
        Assert.Equal(new ResourceSpec { Priority = 2, Quota = 8 }, changed.Resources);
        Assert.Equal(SweepFingerprint.Of(Spec), SweepFingerprint.Of(changed));
    }

    [Fact]
    public void A_later_change_goes_on_top_of_an_earlier_one_and_zero_takes_a_limit_away()
    {
        var first = new StudyChange { Steps = 500, Quota = 4, Share = 3 };
        var second = new StudyChange { Quota = 0, TimeoutSeconds = 0 }.After(first);

        var changed = second.In(Spec);

        Assert.Equal((500, null), (changed.Budget.Steps, changed.Budget.Timeout));
        Assert.Equal(new ResourceSpec { Share = 3 }, changed.Resources);
    }

    [Fact]
    public void Ranges_change_one_by_one_and_later_ones_go_on_top()
    {
        var first = new StudyChange { Ranges = Of(("lr", "1e-5..0.01"), ("optimizer", "sgd, adam, adamw")) };
        var second = new StudyChange { Ranges = Of(("lr", "..0.05"), ("width", "64..")) }.After(first);

        var space = second.In(Spec).Space!;

        Assert.Equal(new FloatDistribution(1e-5, 0.05, Log: true), space["lr"].Distribution);
        Assert.Equal(new IntDistribution(64, 512, Step: 32), space["width"].Distribution);
        Assert.Equal(new CategoricalDistribution(["sgd", "adam", "adamw"]), space["optimizer"].Distribution);
        Assert.Equal(Spec.Space!["momentum"].When!.ToString(), space["momentum"].When!.ToString());
        Assert.Throws<FormatException>(() => ValueText.ReadRange(".."));
    }

    [Theory]
    [InlineData("depth", "1..2", "no parameter 'depth'")]
    [InlineData("lr", "0..0.1", "a log range must start above 0")]
    [InlineData("lr", "adam", "it is a number: give 'low', 'high' or both")]
    [InlineData("lr", "a..b", "its ends are numbers, and \"a\" is none")]
    [InlineData("width", "32.5..64", "its ends are integers, and 32.5 is none")]
    [InlineData("width", "40..512", "cannot become int 40..512 step 32")]
    [InlineData("optimizer", "1..2", "it is a choice: give 'choices'")]
    [InlineData("optimizer", "adam, adamw", "'momentum'")] // which takes part with sgd only
    [InlineData("optimizer", "sgd, adam, muon", "muon")] // which no training knows
    [InlineData("dropout", "0..2", "dropout")]
    public void Ranges_that_cannot_be_are_refused(string parameter, string range, string why)
    {
        var change = new StudyChange { Ranges = Of((parameter, range)) };
        var refusal = Assert.Throws<FleetException>(() => change.In(Spec));
        Assert.Equal(FleetCode.BadRequest, refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_population_keeps_its_ranges()
    {
        var spec = Spec with { Sampler = new PopulationSampler(new PopulationOptions()) };
        var change = new StudyChange { Ranges = Of(("lr", "1e-5..0.01")) };
        Assert.Contains(
            "configurations of other trials",
            Assert.Throws<FleetException>(() => change.In(spec)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing is to be changed")]
    [InlineData("trials is 0; it must be from 1", 0)]
    [InlineData("share is 0; it must be from 0.001 to 1000", null, 0.0)]
    [InlineData("share is NaN; it must be from 0.001 to 1000", null, double.NaN)]
    [InlineData("cost cannot be limited, since the study measures no costs", null, null, 5.0)]
    [InlineData("quota is 1, and each trial takes 2 slots at once", null, null, null, 1)]
    public void What_cannot_be_is_refused(
        string why, int? trials = null, double? share = null, double? cost = null, int? quota = null)
    {
        var change = new StudyChange { Trials = trials, Share = share, Cost = cost, Quota = quota };
        var refusal = Assert.Throws<FleetException>(() => change.In(Spec));
        Assert.Equal(FleetCode.BadRequest, refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    private static ImmutableSortedDictionary<string, ParameterRange> Of(params (string Name, string Range)[] ranges) =>
        ranges.ToImmutableSortedDictionary(
            range => range.Name, range => ValueText.ReadRange(range.Range), StringComparer.Ordinal);
}
