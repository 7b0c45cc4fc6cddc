using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>Gangs whose ranks are spread over workers, as the fleet's state machine sees them.</summary>
public sealed class GangTests : FleetScenario
{
    private static readonly GangMeeting _meeting = new("127.0.0.1:1", "secret", Encrypts: false);

    [Fact]
    public void A_gang_that_fits_one_worker_is_not_spread()
    {
        Join("w1", slots: 2);
        Join("w2", slots: 3);
        _fleet.Submit(Study, Planned("wide", ranks: 3), Now);
        Assert.Equal(["w2", "w2", "w2"], Starts().Single().Ranks.Select(rank => rank.Worker.Value));
    }

    [Fact]
    public void A_gang_that_fits_no_worker_is_spread_over_several_or_waits()
    {
        Join("w1", slots: 2);
        _fleet.Submit(Study, Planned("wide", ranks: 3), Now);
        Assert.Empty(Starts());
        Assert.Contains("needs 3 slots at once; 2 are free", _fleet.WhyPending(Study), StringComparison.Ordinal);

        Join("w2", slots: 2);
        Assert.Equal(["w1", "w1", "w2"], Starts().Single().Ranks.Select(rank => rank.Worker.Value));
    }

    [Fact]
    public void The_others_get_their_orders_once_the_leader_has_opened_the_place_to_meet()
    {
        var (first, second, leader) = Spread();
        Assert.Equal(new GangSeat("gang", 3, 0, null), leader.Gang);
        Assert.Null(_fleet.Renew(second, [], Now).Order);

        _fleet.Meet(leader.Token, _meeting);

        var other = _fleet.Renew(second, [], Now).Order!;
        Assert.Equal((1, new GangSeat("gang", 3, 2, _meeting)), (other.Ranks, other.Gang));
        Assert.NotEqual(leader.Token, other.Token);
        Assert.Null(_fleet.Renew(first, [leader.Token], Now).Order);
        Assert.NotNull(_fleet.Find(leader.Token));
        Assert.Null(_fleet.Find(other.Token)); // steps come from rank 0 alone
    }

    [Fact]
    public void A_gang_is_done_when_all_its_parts_are_and_the_leader_says_so()
    {
        var (_, _, leader, other) = Begun();
        _fleet.End(other.Token, new EndWord(OrderOutcome.Done, null, null), Now);
        Assert.Empty(Heard<TaskEnded>());
        _fleet.End(leader.Token, new EndWord(OrderOutcome.Done, null, null), Now);
        Assert.IsType<TaskDone>(Heard<TaskEnded>().Single().Outcome);
        Assert.All(_fleet.Members, member => Assert.Empty(member.Parts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_part_whose_process_dies_ends_the_gang_whichever_is_heard_first(bool brokenFirst)
    {
        var (first, _, leader, other) = Begun();
        var died = new EndWord(OrderOutcome.Died, null, "signal 9");
        var broken = new EndWord(OrderOutcome.Broken, null, "rank 2 is gone");
        _fleet.End(brokenFirst ? leader.Token : other.Token, brokenFirst ? broken : died, Now);
        if (!brokenFirst)
            Assert.Equal([leader.Token], _fleet.Renew(first, [leader.Token], Now).Stop);
        _fleet.End(brokenFirst ? other.Token : leader.Token, brokenFirst ? died : broken, Now);

        Assert.Equal(new TaskTakenBack(AttemptState.Lost, "signal 9"), Heard<TaskEnded>().Single().Outcome);
        Assert.Equal(2, Starts().Last().Attempt);
    }

    [Fact]
    public void A_failure_of_one_part_is_the_trials_and_the_others_loss_of_touch_is_not()
    {
        var (_, _, leader, other) = Begun();
        _fleet.End(leader.Token, new EndWord(OrderOutcome.Broken, null, "aborted"), Now);
        _fleet.End(other.Token, new EndWord(OrderOutcome.OutOfMemory, "OutOfMemoryException", "no room"), Now);
        Assert.Equal(
            new TaskThrew(new TaskFault(FaultKind.OutOfMemory, "OutOfMemoryException", "no room")),
            Heard<TaskEnded>().Single().Outcome);
    }

    [Fact]
    public void A_stopped_gang_whose_worker_does_not_answer_has_free_slots_after_five_seconds()
    {
        var (first, second, leader, other) = Begun();
        _fleet.Stop(Study, null);
        Assert.Equal([leader.Token], _fleet.Renew(first, [leader.Token], Now).Stop);
        Assert.Equal([other.Token], _fleet.Renew(second, [other.Token], Now).Stop);
        _fleet.End(leader.Token, new EndWord(OrderOutcome.Stopped, null, null), Now);
        _now = 4.9;
        _fleet.Tick(Now);
        Assert.Empty(Heard<TaskEnded>());

        _now = 5;
        _fleet.Tick(Now);

        Assert.IsType<TaskInterrupted>(Heard<TaskEnded>().Single().Outcome);
        Assert.False(_fleet.End(other.Token, new EndWord(OrderOutcome.Stopped, null, null), Now));
        Assert.Equal([other.Token], _fleet.Renew(second, [other.Token], Now).Stop);
        _fleet.Tell(Study, new TaskFailed("wide", 1, "stopped", Retriable: false), Now);
        _fleet.Submit(Study, Planned("next", ranks: 4), Now);
        Assert.Equal("next", Starts().Last().Key.Value);
    }

    [Fact]
    public void A_gang_that_loses_a_worker_is_told_so_at_once_and_starts_anew_when_the_rest_has_ended()
    {
        var (first, _, leader, _) = Begun();
        _now = 9;
        _fleet.Renew(first, [leader.Token], Now);
        Join("w3", slots: 2);
        _now = 10;
        _fleet.Tick(Now);

        var lost = Assert.IsType<TaskTakenBack>(Heard<TaskEnded>().Single().Outcome);
        Assert.Contains("'w2' was lost: no word from it", lost.Reason, StringComparison.Ordinal);
        Assert.Null(_fleet.Find(leader.Token));
        Assert.Equal([leader.Token], _fleet.Renew(first, [leader.Token], Now).Stop);
        Assert.Single(Starts());

        _fleet.End(leader.Token, new EndWord(OrderOutcome.Broken, null, "rank 2 is gone"), Now);

        var again = Starts().Last();
        Assert.Equal((2, 3), (again.Attempt, again.Ranks.Length));
        Assert.Single(Heard<TaskEnded>());
    }

    [Fact]
    public void A_worker_that_leaves_has_the_leader_hand_the_gang_back()
    {
        var (first, second, leader, other) = Begun();
        _fleet.Retire(second, Now);
        Assert.Equal([leader.Token], _fleet.Renew(first, [leader.Token], Now).HandBack);
        Assert.Empty(_fleet.Renew(second, [other.Token], Now).HandBack);
        _fleet.End(other.Token, new EndWord(OrderOutcome.Done, null, null), Now);
        _fleet.End(leader.Token, new EndWord(OrderOutcome.Preempted, null, "its worker has to leave"), Now);
        Assert.Equal(
            new TaskTakenBack(AttemptState.Preempted, "preempted: its worker has to leave"),
            Heard<TaskEnded>().Single().Outcome);
        Assert.Single(Starts()); // three slots are no longer there
    }

    [Fact]
    public void What_no_worker_was_told_of_ends_without_a_word_from_any()
    {
        var (_, _, leader) = Spread();
        _fleet.Stop(Study, null);
        Assert.Empty(Heard<TaskEnded>());
        _fleet.End(leader.Token, new EndWord(OrderOutcome.Stopped, null, null), Now);
        Assert.IsType<TaskInterrupted>(Heard<TaskEnded>().Single().Outcome);
    }

    private (string First, string Second, TrainingOrder Leader) Spread()
    {
        var (first, second) = (Join("w1", slots: 2), Join("w2", slots: 2));
        _fleet.Submit(Study, Planned("wide", ranks: 3), Now);
        Offer(Starts().Single());
        return (first, second, _fleet.Renew(first, [], Now).Order!);
    }

    private (string First, string Second, TrainingOrder Leader, TrainingOrder Other) Begun()
    {
        var (first, second, leader) = Spread();
        _fleet.Meet(leader.Token, _meeting);
        return (first, second, leader, _fleet.Renew(second, [], Now).Order!);
    }
}
