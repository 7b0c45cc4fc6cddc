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
}
