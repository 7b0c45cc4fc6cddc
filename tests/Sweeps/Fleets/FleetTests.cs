using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>The fleet's state machine, with time as a number: no process, no clock, no thread.</summary>
public sealed class FleetTests : FleetScenario
{
    [Fact]
    public void A_worker_gets_an_order_only_once_its_start_is_written_down()
    {
        var worker = Join("w1");
        Submit("a");
        var start = Starts().Single();
        Assert.Null(_fleet.Renew(worker, [], Now).Order);

        Offer(start);

        var order = _fleet.Renew(worker, [], Now).Order!;
        Assert.Equal("a", order.Segment);
        Assert.Null(_fleet.Renew(worker, [order.Token], Now).Order);
    }

    [Fact]
    public void An_order_whose_answer_got_lost_is_given_again()
    {
        var worker = Join("w1");
        var first = Order(worker, "a");
        Assert.Equal(first.Token, _fleet.Renew(worker, [], Now).Order!.Token);
    }

    [Fact]
    public void A_silent_worker_loses_its_lease_and_its_attempt_starts_elsewhere_with_another_token()
    {
        var first = Join("w1");
        var order = Order(first, "a");
        _now = 5;
        var second = Join("w2");
        _now = 11;
        _fleet.Tick(Now);

        var taken = Assert.IsType<TaskTakenBack>(Heard<TaskEnded>().Single().Outcome);
        Assert.Equal(AttemptState.Lost, taken.State);
        Assert.Contains("'w1' was lost: no word from it for 10 s", taken.Reason, StringComparison.Ordinal);
        var again = Starts().Last();
        Assert.Equal(("w2", 2), (again.Ranks.Single().Worker.Value, again.Attempt));
        Offer(again);
        Assert.NotEqual(order.Token, _fleet.Renew(second, [], Now).Order!.Token);
        Assert.Null(_fleet.Find(order.Token));
        Assert.False(_fleet.End(order.Token, new EndWord(OrderOutcome.Done, null, null), Now));
        Assert.Equal("lease-ended", Assert.Throws<FleetException>(() => _fleet.Renew(first, [], Now)).Code);
    }

    [Fact]
    public void A_worker_that_speaks_keeps_its_lease()
    {
        var worker = Join("w1");
        for (_now = 0; _now < 100; _now += 9)
        {
            _fleet.Tick(Now);
            _fleet.Renew(worker, [], Now);
        }

        Assert.Single(_fleet.Members);
    }

    [Fact]
    public void Two_workers_of_one_name_are_told_apart()
    {
        Join("w1");
        var refused = Assert.Throws<FleetException>(() => _fleet.Join(OfferOf("w1", instance: "other"), Now));
        Assert.Equal("worker-name-taken", refused.Code);
        Assert.Contains("its lease holds for 10 s more", refused.Message, StringComparison.Ordinal);

        _now = 10;
        _fleet.Tick(Now);
        Assert.NotNull(_fleet.Join(OfferOf("w1", instance: "other"), Now).Token);
    }

    [Fact]
    public void A_worker_that_missed_the_answer_to_its_offer_gets_the_same_one() =>
        Assert.Equal(Join("w1"), Join("w1"));

    [Fact]
    public void An_attempt_that_is_handed_back_starts_anew_and_nothing_is_counted()
    {
        var worker = Join("w1");
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            var order = attempt == 1 ? Order(worker, "a") : Again(worker);
            Assert.True(_fleet.End(order.Token, new EndWord(OrderOutcome.Preempted, null, "it must leave"), Now));
        }

        Assert.All(Heard<TaskEnded>(), ended =>
            Assert.Equal(new TaskTakenBack(AttemptState.Preempted, "preempted: it must leave"), ended.Outcome));
        Assert.Equal(10, Starts().Count);
    }

    [Fact]
    public void A_segment_that_kills_three_processes_is_isolated_with_the_evidence()
    {
        var worker = Join("w1");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var order = attempt == 1 ? Order(worker, "a") : Again(worker);
            _fleet.End(order.Token, new EndWord(OrderOutcome.Died, null, "its process ended: signal 11"), Now);
        }

        Hear();
        var erred = _heard.OfType<Instructed>().Select(said => said.Instruction).OfType<TaskErred>().Single();
        Assert.Equal("a", erred.Key.Value);
        Assert.Contains("attempt 3 (its process ended: signal 11)", erred.Reason, StringComparison.Ordinal);
        Assert.Equal(3, Starts().Count);
    }

    [Fact]
    public void A_worker_that_cannot_compute_what_it_is_asked_for_gets_nothing_more()
    {
        var worker = Join("w1");
        var order = Order(worker, "a");
        _fleet.End(order.Token, new EndWord(OrderOutcome.Refused, null, "other version"), Now);

        var member = _fleet.Members.Single();
        Assert.Equal("other version", member.Refusal);
        Assert.Single(Starts());
        Assert.Contains("(w1) are paused or retiring", _fleet.WhyPending(Study), StringComparison.Ordinal);
        Join("w2");
        Assert.Equal("w2", Starts().Last().Ranks.Single().Worker.Value);
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("OutOfMemory")]
    [InlineData("Diverged")]
    public void Failures_are_told_apart(string kind)
    {
        var order = Order(Join("w1"), "a");
        _fleet.End(order.Token, new EndWord(Enum.Parse<OrderOutcome>(kind), "IOException", "why"), Now);
        Assert.Equal(
            new TaskThrew(new TaskFault(Enum.Parse<FaultKind>(kind), "IOException", "why")),
            Heard<TaskEnded>().Single().Outcome);
    }

    [Fact]
    public void A_stopped_study_has_its_attempts_ended_by_their_workers()
    {
        var worker = Join("w1");
        var order = Order(worker, "a");
        _fleet.Stop(Study, null);
        Assert.Equal([order.Token], _fleet.Renew(worker, [order.Token], Now).Stop);
    }

    [Fact]
    public void A_study_that_leaves_frees_its_slots_for_others()
    {
        var worker = Join("w1");
        var order = Order(worker, "a");
        _fleet.Enter("t", ranks: 1, Now);
        _fleet.Submit("t", Planned("b"), Now);
        _fleet.Exit(Study, Now);

        Assert.Equal([order.Token], _fleet.Renew(worker, [order.Token], Now).Stop);
        Hear();
        Assert.Equal("b", Starts().Last().Key.Value);
    }

    [Fact]
    public void A_free_slot_goes_to_the_study_that_has_had_less()
    {
        var worker = Join("w1", slots: 2);
        _fleet.Enter("t", ranks: 1, Now);
        foreach (var key in new[] { "1", "2", "3", "4" })
        {
            _fleet.Submit(Study, Planned("a" + key), Now);
            _fleet.Submit("t", Planned("b" + key), Now);
        }

        Assert.Equal(["a1", "b1"], Starts().Select(start => start.Key.Value));
        Assert.Equal(2, _fleet.Members.Single().Parts.Count);
        _fleet.Tell("t", new TaskFinished("b1", 1), Now);
        Assert.Equal("b2", Starts().Last().Key.Value); // "a1" still holds the other slot
        Assert.NotNull(worker);
    }

    [Fact]
    public void A_fleet_of_a_later_life_does_not_know_the_tokens_of_an_earlier_one()
    {
        var worker = Join("w1");
        var order = Order(worker, "a");
        var next = new Fleet(new FleetOptions(), "next life");
        Assert.Equal("lease-ended", Assert.Throws<FleetException>(() => next.Renew(worker, [], Now)).Code);
        Assert.Null(next.Find(order.Token));
    }
}
