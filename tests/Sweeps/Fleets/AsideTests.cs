using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>A worker whose disk is full is set aside until there is room.</summary>
public sealed class AsideTests : FleetScenario
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public void A_worker_that_joins_with_a_full_disk_gets_nothing_until_it_tells_of_room()
    {
        Submit("a");
        var token = _fleet.Join(Offer("w1", free: 3), Now).Token;

        Assert.Empty(Starts());
        Assert.Equal(("aside", "its disk has 3 MiB free, and 10 are the least (--free): it gets no trials until there "
            + "is room"), View("w1"));
        Assert.Equal(
            $"all allowed workers (w1) are paused or retiring; worker 'w1' is set aside: {View("w1").Reason}",
            _fleet.WhyPending(Study));

        _fleet.Renew(token, [], Now, free: 10 * Mebibyte);

        Assert.Equal("w1", Starts().Single().Ranks.Single().Worker.Value);
        Assert.Equal(("working", null), View("w1"));
        Assert.Null(_fleet.WhyPending(Study));
    }

    [Fact]
    public void What_is_set_aside_is_no_room_until_it_is_back_and_studies_hear_of_both()
    {
        var token = _fleet.Join(Offer("w1", free: 100), Now).Token;
        _fleet.Join(Offer("w2", free: 100), Now);
        Assert.Equal(2, _fleet.Fit.Of([], ResourceVector.None));
        var told = Heard<SlotsChanged>().Length;

        _fleet.Renew(token, [], Now, free: 3 * Mebibyte);
        _fleet.Renew(token, [], Now, free: 2 * Mebibyte);

        Assert.Equal(1, _fleet.Fit.Of([], ResourceVector.None));
        Assert.StartsWith("worker 'w1' is set aside: ", Assert.Single(_fleet.Fit.WhyAside), StringComparison.Ordinal);
        Assert.Equal(told + 1, Heard<SlotsChanged>().Length);
        _fleet.Renew(token, [], Now, free: 100 * Mebibyte);
        Assert.Equal(2, _fleet.Fit.Of([], ResourceVector.None));
        Assert.Empty(_fleet.Fit.WhyAside);
        Assert.Equal(told + 2, Heard<SlotsChanged>().Length);
    }

    [Fact]
    public void What_a_worker_runs_goes_on_while_it_is_set_aside()
    {
        var token = _fleet.Join(Offer("w1", free: 100), Now).Token;
        var order = Order(token, "a");

        var news = _fleet.Renew(token, [order.Token], Now, free: 1 * Mebibyte);

        Assert.Equal("aside", View("w1").State);
        Assert.Empty(news.Stop.Concat(news.HandBack));
        Assert.True(_fleet.End(order.Token, new EndWord(OrderOutcome.Done, null, null), Now));
        Submit("b");
        Assert.Single(Starts());
    }

    [Fact]
    public void What_did_not_fit_goes_to_others_and_not_back_before_there_is_room_for_it()
    {
        var first = _fleet.Join(Offer("w1", free: 40), Now).Token;
        var order = Order(first, "a");

        // 40 MiB are more than the least of 10, and a checkpoint of 50 did not fit.
        _fleet.End(
            order.Token,
            new EndWord(OrderOutcome.Preempted, "IOException", "no space")
            {
                Shortage = new DiskShortage(40 * Mebibyte, 50 * Mebibyte),
            },
            Now);

        Assert.Single(Starts());
        Assert.Contains("40 MiB free, and 60 are the least", View("w1").Reason, StringComparison.Ordinal);
        _fleet.Renew(first, [], Now, free: 59 * Mebibyte);
        Assert.Single(Starts());
        _fleet.Join(Offer("w2", free: 20), Now);
        Assert.Equal("w2", Starts()[1].Ranks.Single().Worker.Value);
        _fleet.Renew(first, [], Now, free: 60 * Mebibyte);
        Assert.Equal(("working", null), View("w1"));
        _fleet.Renew(first, [], Now, free: 11 * Mebibyte);
        Assert.Equal("working", View("w1").State);
    }

    [Fact]
    public void A_hand_back_for_another_reason_sets_nobody_aside()
    {
        var token = _fleet.Join(Offer("w1", free: 40), Now).Token;
        var order = Order(token, "a");

        _fleet.End(
            order.Token,
            new EndWord(OrderOutcome.Preempted, "IOException", "odd")
            {
                Shortage = new DiskShortage(40 * Mebibyte, 1),
            },
            Now);

        Assert.Equal(("working", null), View("w1"));
        Assert.Equal(2, Starts().Count);
    }

    [Fact]
    public void A_worker_that_cannot_tell_is_never_set_aside()
    {
        var token = _fleet.Join(Offer("w1", free: null), Now).Token;
        _fleet.Renew(token, [], Now);
        Submit("a");
        Assert.Single(Starts());
    }

    private static WorkerOffer Offer(string name, long? free) =>
        OfferOf(name) with { LeastFreeBytes = 10 * Mebibyte, FreeBytes = free * Mebibyte };

    private (string State, string? Reason) View(string name)
    {
        var view = WorkerView.Of(_fleet.Members.Single(member => member.Offer.Name == name));
        return (view.State, view.Reason);
    }
}
