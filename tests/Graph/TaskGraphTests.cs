using TuneGraph.Graph;
using static TuneGraph.Tests.Graph.GraphHost;

namespace TuneGraph.Tests.Graph;

public sealed class TaskGraphTests
{
    private readonly GraphHost _host = new();

    [Fact]
    public void A_task_starts_when_a_worker_has_a_free_slot()
    {
        _host.Submit(Spec("a"));
        Assert.Empty(_host.Last);

        _host.Join("w1");

        var start = Assert.IsType<StartTask>(Assert.Single(_host.Last));
        Assert.Equal(("a", 1, "w1"), (start.Key.Value, start.Attempt, start.Ranks.Single().Worker.Value));
        Assert.Equal(TaskState.Running, _host.State("a"));
    }

    [Fact]
    public void A_task_starts_after_all_its_dependencies_have_results()
    {
        _host.Join("w1", slots: 2);
        _host.Submit(Spec("c", "a", "b"), Spec("a"), Spec("b"));
        Assert.Equal(["a", "b"], _host.Started());

        _host.Finish("a");
        Assert.DoesNotContain("c", _host.Started());

        _host.Finish("b");
        Assert.Contains("c", _host.Started());
    }

    [Fact]
    public void A_task_of_higher_priority_goes_first_whatever_its_age()
    {
        _host.Submit(Spec("old"), Spec("urgent") with { Priority = 1 });
        _host.Join("w1");
        Assert.Equal(["urgent"], _host.Started());
    }

    [Fact]
    public void Submissions_of_equal_priority_are_served_first_in_first_out()
    {
        _host.Submit(Spec("z"));
        _host.Submit(Spec("a"));
        _host.Join("w1");
        Assert.Equal(["z"], _host.Started());
    }

    [Fact]
    public void The_same_key_with_an_equal_spec_is_left_alone()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b", "a"));
        _host.Submit(Spec("b", "a"), Spec("a"));
        Assert.Empty(_host.Last);
        Assert.Equal(2, _host.Graph.Count);
    }

    [Fact]
    public void The_same_key_with_a_different_spec_is_refused_with_the_story()
    {
        _host.Submit(Spec("a"));
        var refusal = Assert.Throws<GraphException>(() => _host.Submit(Spec("new"), Spec("a") with { Priority = 3 }));
        Assert.Equal("a", refusal.Key?.Value);
        Assert.Contains("submitted", refusal.Message, StringComparison.Ordinal);
        Assert.Null(_host.Graph.StateOf("new"));
    }

    [Fact]
    public void A_cycle_is_refused_with_its_path()
    {
        var refusal = Assert.Throws<GraphException>(() =>
            _host.Submit(Spec("a", "c"), Spec("b", "a"), Spec("c", "b"), Spec("d")));
        Assert.Contains("a -> c -> b -> a", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, _host.Graph.Count);
    }

    [Fact]
    public void A_task_that_needs_itself_is_refused() =>
        Assert.Contains("a -> a", Assert.Throws<GraphException>(() => _host.Submit(Spec("a", "a")))
            .Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_dependency_is_refused_with_the_path_to_it()
    {
        var refusal = Assert.Throws<GraphException>(() => _host.Submit(Spec("out", "mid"), Spec("mid", "gone")));
        Assert.Contains("out -> mid -> gone", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, _host.Graph.Count);
    }

    [Fact]
    public void A_failure_is_retried_as_often_as_allowed_and_then_reaches_the_dependents()
    {
        _host.Join("w1");
        _host.Submit(Spec("a") with { MaxRetries = 1 }, Spec("b", "a"), Spec("c", "b"));
        _host.Fail("a");
        Assert.Equal(2, _host.Last.OfType<StartTask>().Single().Attempt);

        _host.Fail("a");

        var erred = _host.Last.OfType<TaskErred>().ToDictionary(task => task.Key.Value, task => task.Reason);
        Assert.Equal(["a", "b", "c"], erred.Keys.Order());
        Assert.Equal("'a' failed: boom", erred["c"]);
    }

    [Fact]
    public void A_failure_that_is_not_retriable_is_final()
    {
        _host.Join("w1");
        _host.Submit(Spec("a") with { MaxRetries = 5 });
        _host.Fail("a", retriable: false);
        Assert.Equal(TaskState.Erred, _host.State("a"));
    }

    [Fact]
    public void A_retry_waits_for_its_back_off()
    {
        _host.Join("w1");
        _host.Submit(Spec("a") with { MaxRetries = 2, Backoff = new Backoff { Initial = TimeSpan.FromSeconds(10) } });
        _host.Fail("a");
        Assert.Equal(TimeSpan.FromSeconds(10), _host.Last.OfType<SetTimer>().Single().Due);
        Assert.Contains("the next is due at 00:00:10", _host.Graph.WhyPending("a"), StringComparison.Ordinal);

        Assert.Empty(_host.PassTo(9).OfType<StartTask>());
        Assert.Single(_host.PassTo(10).OfType<StartTask>());
    }

    [Fact]
    public void A_task_that_runs_too_long_is_stopped_and_counts_as_failed()
    {
        _host.Join("w1");
        _host.Submit(Spec("a") with { Timeout = TimeSpan.FromSeconds(5), MaxRetries = 1 });
        var stop = _host.PassTo(5).OfType<StopTask>().Single();
        Assert.False(stop.Forceful);
        Assert.True(_host.PassTo(35).OfType<StopTask>().Single().Forceful);

        _host.Stopped("a");
        Assert.Equal(2, _host.Last.OfType<StartTask>().Single().Attempt);
    }

    [Fact]
    public void Cancelling_reaches_dependents_but_not_what_others_need()
    {
        _host.Submit(Spec("shared"), Spec("own"), Spec("x", "shared", "own"), Spec("below", "x"), Spec("y", "shared"));
        _host.Apply(new TasksCancelled(["x"], "no longer wanted"));
        Assert.Equal(TaskState.Cancelled, _host.State("below"));
        Assert.Equal(TaskState.Released, _host.State("own"));
        Assert.Equal(TaskState.Ready, _host.State("shared"));
        Assert.Equal(TaskState.Waiting, _host.State("y"));
    }

    [Fact]
    public void A_cancelled_task_keeps_its_slot_until_it_has_stopped()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b"));
        _host.Apply(new TasksCancelled(["a"], "enough"));
        Assert.Single(_host.Last.OfType<StopTask>());
        Assert.Empty(_host.Started());

        _host.Stopped("a");
        Assert.Equal(["b"], _host.Started());
    }

    [Fact]
    public void A_cancelled_task_that_is_submitted_again_runs_after_the_old_attempt_has_ended()
    {
        _host.Join("w1", slots: 2);
        _host.Submit(Spec("a"));
        _host.Apply(new TasksCancelled(["a"], "enough"));
        _host.Submit(Spec("a"));
        Assert.Empty(_host.Started());
        Assert.Contains("old attempt 1 has yet to stop", _host.Graph.WhyPending("a"), StringComparison.Ordinal);

        _host.Stopped("a");
        Assert.Equal(["a"], _host.Started());
    }

    [Fact]
    public void A_late_answer_of_an_old_attempt_is_noted_and_ignored()
    {
        _host.Join("w1");
        _host.Submit(Spec("a") with { MaxRetries = 1 });
        _host.Fail("a");
        _host.Apply(new TaskFinished("a", 1));
        Assert.Equal(TaskState.Running, _host.State("a"));
        Assert.Contains("ignored a late answer", _host.Graph.Story("a")[^1].Cause, StringComparison.Ordinal);

        _host.Apply(new TaskFinished("stranger", 1));
        Assert.Empty(_host.Last);
    }

    [Fact]
    public void A_result_is_released_when_its_last_dependent_has_finished()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b", "a"), Spec("c", "a"));
        _host.Finish("a");
        _host.Finish("b");
        Assert.Empty(_host.Last.OfType<ReleaseResult>());

        _host.Finish("c");
        Assert.Equal("a", _host.Last.OfType<ReleaseResult>().Single().Key.Value);
        Assert.Equal(TaskState.Succeeded, _host.State("c"));
    }

    [Fact]
    public void A_result_that_someone_keeps_is_released_when_it_is_dropped()
    {
        _host.Join("w1");
        _host.Submit(Spec("a") with { KeepResult = true }, Spec("b", "a"));
        _host.Finish("a");
        _host.Finish("b");
        Assert.Equal(TaskState.Succeeded, _host.State("a"));

        _host.Apply(new ResultsDropped(["a", "b"]));
        Assert.Equal(["a", "b"], _host.Last.OfType<ReleaseResult>().Select(release => release.Key.Value).Order());
    }

    [Fact]
    public void A_released_result_is_computed_again_for_a_new_dependent()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b", "a"));
        _host.Finish("a");
        _host.Finish("b");
        _host.Submit(Spec("late", "a"));
        Assert.Equal(["a"], _host.Started());
    }

    [Fact]
    public void A_failed_task_can_be_asked_to_run_again_with_all_that_failed_because_of_it()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b", "a"));
        _host.Fail("a");
        _host.Apply(new TasksRetried(["b"]));
        Assert.Equal(["a"], _host.Started());
        Assert.Equal(TaskState.Waiting, _host.State("b"));
    }

    [Fact]
    public void Closed_tasks_can_be_forgotten_but_not_what_a_remembered_task_depends_on()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b", "a"));
        _host.Finish("a");
        _host.Finish("b");
        _host.Apply(new TasksForgotten(["a"]));
        Assert.Equal(2, _host.Graph.Count);

        _host.Apply(new TasksForgotten(["a", "b"]));
        Assert.Equal(0, _host.Graph.Count);
        Assert.Equal("b", _host.Last.OfType<ReleaseResult>().Single().Key.Value);
    }

    [Fact]
    public void A_graceful_stop_lets_running_tasks_end_and_starts_no_others()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b"));
        _host.Apply(new StopRequested(Forceful: false));
        Assert.Empty(_host.Last);

        _host.Finish("a");
        Assert.Empty(_host.Started());
        Assert.Single(_host.Last.OfType<GraphStopped>());
        Assert.Equal(TaskState.Ready, _host.State("b"));
    }

    [Fact]
    public void A_stopped_graph_can_be_resumed()
    {
        _host.Join("w1");
        _host.Apply(new StopRequested(Forceful: false));
        _host.Submit(Spec("a"));
        Assert.Contains("the graph is stopping", _host.Graph.WhyPending("a"), StringComparison.Ordinal);

        _host.Apply(new ResumeRequested());
        Assert.Equal(["a"], _host.Started());
    }

    [Fact]
    public void A_timer_that_fires_too_early_is_set_again()
    {
        _host.Join("w1");
        _host.Submit(Spec("a") with { Timeout = TimeSpan.FromSeconds(5) });
        Assert.Equal(TimeSpan.FromSeconds(5), _host.PassTo(4.999).OfType<SetTimer>().Single().Due);
        Assert.Single(_host.PassTo(5).OfType<StopTask>());
    }

    [Fact]
    public void Several_events_at_once_are_followed_by_one_round_of_starts()
    {
        var graph = new TaskGraph(new TaskGraphOptions { Validate = true });
        GraphEvent[] events =
        [
            new WorkerJoined(new WorkerSpec { Id = "w1" }),
            new TasksSubmitted([Spec("low")]),
            new TasksSubmitted([Spec("high") with { Priority = 1 }]),
        ];
        Assert.Equal("high", graph.Apply(events.AsSpan()).OfType<StartTask>().Single().Key.Value);
    }

    [Fact]
    public void The_example_of_the_readme_does_what_it_says()
    {
        var graph = new TaskGraph();
        graph.Apply(new WorkerJoined(new WorkerSpec { Id = "w1", Slots = 2 }));
        var todo = graph.Apply(new TasksSubmitted(
        [
            new TaskSpec { Key = "load" },
            new TaskSpec { Key = "train", Dependencies = ["load"], Ranks = 2 },
        ]));
        var load = Assert.IsType<StartTask>(Assert.Single(todo));
        Assert.Equal("w1", load.Ranks.Single().Worker.Value);

        todo = graph.Apply(new TaskFinished("load", Attempt: 1, Bytes: 1_000) { At = TimeSpan.FromSeconds(3) });
        Assert.Equal("load", Assert.IsType<TaskSucceeded>(todo[0]).Key.Value);
        Assert.Equal(2, Assert.IsType<StartTask>(todo[1]).Ranks.Count(rank => rank.Worker == "w1"));
    }

    [Fact]
    public void A_forceful_stop_kills_what_runs_and_cancels_what_is_open()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b"));
        _host.Apply(new StopRequested(Forceful: true));
        Assert.True(_host.Last.OfType<StopTask>().Single().Forceful);
        Assert.Equal(2, _host.Graph.CountOf(TaskState.Cancelled));

        _host.Stopped("a");
        Assert.Single(_host.Last.OfType<GraphStopped>());
    }

    [Fact]
    public void A_story_tells_each_transition_with_its_cause()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"));
        _host.Finish("a");
        Assert.Equal(
            ["submitted", "all dependencies have results", "leased to w1 as attempt 1", "finished"],
            _host.Graph.Story("a").Select(step => step.Cause));
    }

    [Fact]
    public void The_story_stays_within_its_bounds()
    {
        var host = new GraphHost(new TaskGraphOptions { StoryLength = 5 });
        host.Join("w1");
        host.Submit([.. Enumerable.Range(0, 10).Select(index => Spec($"t-{index}"))]);
        for (var index = 0; index < 10; index++)
            host.Finish($"t-{index}");
        Assert.Equal(5, host.Graph.Story().Count());
        Assert.Equal(["finished"], host.Graph.Story("t-9").Select(step => step.Cause).TakeLast(1));
        Assert.Empty(host.Graph.Story("t-0"));
    }
}
