using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>How studies divide the slots of a fleet.</summary>
public sealed class ShareTests : FleetScenario
{
    private readonly List<(string Study, TaskKey Key)> _started = [];

    [Fact]
    public void A_study_that_frees_a_slot_and_wants_it_again_in_the_same_turn_keeps_its_share_of_a_single_slot()
    {
        Weigh(Study, share: 3);
        Enter("t");
        Join("w");
        Submit("0");
        _fleet.Submit("t", Planned("0"), Now);
        var studies = new System.Text.StringBuilder();

        for (var turn = 1; turn <= 40; turn++)
        {
            var last = Started()[^1];
            studies.Append(last.Study);
            _now++;
            var next = Planned($"{turn}");
            _fleet.Together(
                [
                    (fleet, now) => fleet.Tell(last.Study, new TaskFinished(last.Key, 1), now),
                    (fleet, now) => fleet.Submit(last.Study, next, now),
                ],
                Now);
        }

        Assert.Equal(30, studies.ToString().Count(letter => letter == 's'));
    }

    [Fact]
    public void A_study_of_higher_priority_goes_first_and_the_other_is_told_so()
    {
        Enter("t", priority: 2);
        Join("w");
        Submit("runs");
        Submit("waits");
        _fleet.Submit("t", Planned("urgent"), Now);

        Assert.Equal(
            "needs 1 slot on one worker; the largest free is 0 on w; 1 ready task is ahead of it; "
                + "'t' goes first, for its priority 2 over 0",
            _fleet.WhyPending(Study));
        _fleet.Tell(Study, new TaskFinished("runs", 1), Now);
        Assert.Equal(("t", "urgent"), (Started()[^1].Study, Started()[^1].Key.Value));
    }

    [Fact]
    public void A_study_at_its_quota_waits_and_is_told_so()
    {
        Weigh(Study, quota: 1);
        Join("w", slots: 3);
        Submit("runs");
        Submit("waits");

        Assert.Single(Started());
        Assert.Equal("'s' has 1 slot of the 1 that its quota allows, and this task takes 1", _fleet.WhyPending(Study));
        Weigh(Study, quota: 2);
        Assert.Equal(2, Started().Count);
    }

    [Fact]
    public void What_a_study_runs_in_the_scheduler_does_not_count_towards_its_quota()
    {
        Weigh(Study, quota: 1);
        Join("w");
        var data = Planned("data") with { Work = new LoadData(null!) };
        _fleet.Submit(Study, data, Now);
        Submit("trains");

        Assert.Equal(2, Starts().Count);
    }

    [Fact]
    public void What_a_study_had_finished_runs_again_when_it_comes_back_and_wants_it()
    {
        var final = Planned("final") with { Work = new LoadData(null!) };
        _fleet.Submit(Study, final, Now);
        _fleet.Tell(Study, new TaskFinished("final", 1), Now);
        Assert.Single(Started());
        _fleet.Exit(Study, Now);

        _fleet.Enter(Study, ranks: 1, Now);
        Assert.Single(Started());
        _fleet.Submit(Study, final, Now);
        Assert.Equal(2, Started().Count);
    }

    private List<(string Study, TaskKey Key)> Started()
    {
        foreach (var post in _fleet.TakePosts())
        {
            if (post.Message is Instructed { Instruction: StartTask start })
                _started.Add((post.Study, start.Key));
        }

        return _started;
    }

    private void Enter(string study, int priority = 0)
    {
        _fleet.Enter(study, ranks: 1, Now);
        Weigh(study, priority: priority);
    }

    private void Weigh(string study, double share = 1, int priority = 0, int? quota = null) =>
        _fleet.Weigh(new TaskGroup { Name = study, Share = share, Priority = priority, Quota = quota }, Now);
}
