using Microsoft.Extensions.Time.Testing;

namespace TuneGraph.Tests.Sweeps.Run;

public sealed class TimeLimitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TimeSpan> _reached = [];

    [Fact]
    public void A_limit_counts_from_the_beginning_however_often_it_is_changed()
    {
        using var limit = new TimeLimit(_time, _reached.Add);
        limit.Set(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromMinutes(59));
        limit.Set(TimeSpan.FromHours(3));
        _time.Advance(TimeSpan.FromMinutes(120));
        Assert.Empty(_reached);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([TimeSpan.FromHours(3)], _reached);
    }

    [Fact]
    public void A_limit_that_has_passed_already_is_reached_at_once_and_none_never()
    {
        using var limit = new TimeLimit(_time, _reached.Add);
        limit.Set(TimeSpan.FromHours(1));
        limit.Set(null);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(_reached);

        limit.Set(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([TimeSpan.FromHours(1)], _reached);
    }
}
