namespace TuneGraph.Tests.Sweeps;

public sealed class ResourceShapeTests
{
    private const string Plain = "parallel: {strategy: data, worldSize: 2}";

    [Fact]
    public void Priority_share_and_quota_are_read()
    {
        Assert.Equal(
            new ResourceSpec { Priority = -3, Share = 0.5, Quota = 8 },
            SweepSample.Read(With("resources: {priority: -3, share: 0.5, quota: 8}")).Resources);
        Assert.Equal(new ResourceSpec { Priority = 0, Share = 1, Quota = null }, SweepSample.Read(With("")).Resources);
    }

    [Fact]
    public void A_quota_below_what_a_trial_takes_is_refused()
    {
        var text = SweepSample.With(Plain, "parallel: {worldSize: 4}") + "\nresources: {quota: 3}\n";
        var error = Assert.Throws<SweepFileException>(() => SweepSample.Read(text));
        Assert.Contains(
            "resources.quota is 3, and each trial takes 4 slots at once; a quota below 4 would let none start",
            error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("priority: 1001", "resources.priority must be a whole number from -1000 to 1000, not 1001")]
    [InlineData("share: 0", "resources.share must be a number from 0.001 to 1000, not 0")]
    [InlineData("quota: 0", "resources.quota must be a whole number from 1 to 1000000, not 0")]
    public void What_is_out_of_range_is_refused(string key, string message)
    {
        var error = Assert.Throws<SweepFileException>(() => SweepSample.Read(With($"resources: {{{key}}}")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static string With(string resources) => SweepSample.With(Plain, Plain) + $"\n{resources}\n";
}
