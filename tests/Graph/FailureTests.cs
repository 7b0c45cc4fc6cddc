using TuneGraph.Graph;
using static TuneGraph.Tests.Graph.GraphHost;

namespace TuneGraph.Tests.Graph;

public sealed class FailureTests
{
    private readonly GraphHost _host = new();

    [Fact]
    public void A_task_on_a_lost_worker_runs_elsewhere_without_using_up_a_retry()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"));
        _host.Join("w2");
        _host.Lose("w1");
        var start = _host.Last.OfType<StartTask>().Single();
        Assert.Equal(("w2", 2), (start.Ranks.Single().Worker.Value, start.Attempt));
    }

    [Fact]
    public void A_task_that_takes_three_workers_down_is_poison_and_fails_with_the_evidence()
    {
        _host.Submit(Spec("bad"), Spec("after", "bad"));
        foreach (var worker in new[] { "w1", "w2", "w3" })
        {
            _host.Join(worker);
            _host.Lose(worker);
        }
        var erred = _host.Last.OfType<TaskErred>().First(task => task.Key == "bad");
        Assert.StartsWith("3 workers were lost while they ran it: w1 at", erred.Reason, StringComparison.Ordinal);
        Assert.Contains("w3 at 00:00:00, attempt 3, alone (killed)", erred.Reason, StringComparison.Ordinal);
        Assert.Equal(TaskState.Erred, _host.State("after"));
    }

    [Fact]
    public void A_task_whose_process_ends_three_times_is_poison_though_its_worker_lives()
    {
        _host.Join("w1");
        _host.Submit(Spec("bad") with { MaxRetries = 9 });
        for (var attempt = 1; attempt <= 3; attempt++)
            _host.Apply(new TaskCrashed("bad", attempt, "signal 11"));
        var erred = _host.Last.OfType<TaskErred>().Single();
        Assert.Contains("w1 at 00:00:00, attempt 3 (signal 11)", erred.Reason, StringComparison.Ordinal);
        Assert.Empty(_host.Last.OfType<StartTask>());
    }

    [Fact]
    public void A_task_that_is_handed_back_starts_anew_as_often_as_it_takes()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"));
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            _host.Apply(new TaskReturned("a", attempt, "its worker is to leave"));
            Assert.Equal(attempt + 1, _host.Last.OfType<StartTask>().Single().Attempt);
        }

        Assert.Contains(_host.Graph.Story("a"), step => step.Cause == "handed back: its worker is to leave");
    }

    [Fact]
    public void Lost_results_are_computed_again_only_as_far_as_they_are_needed()
    {
        // a -> b -> c -> d, and a -> done, all results on w1; d is about to run when w1 goes.
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("done", "a") with { KeepResult = false });
        _host.Submit(Spec("b", "a"), Spec("c", "b"), Spec("d", "c"));
        foreach (var key in new[] { "a", "done", "b", "c" })
            _host.Finish(key);
        _host.Apply(new ResultsDropped(["done"]));
        _host.Lose("w1");

        _host.Join("w2");
        Assert.Equal(["a"], _host.Started());
        foreach (var key in new[] { "a", "b", "c", "d" })
            _host.Finish(key);
        Assert.Equal(TaskState.Succeeded, _host.State("d"));
        Assert.Equal(TaskState.Released, _host.State("done"));
        Assert.Equal(1, _host.Graph.AttemptOf("done"));
    }

    [Fact]
    public void A_result_with_a_copy_elsewhere_survives_its_worker()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"));
        _host.Finish("a", bytes: 100);
        _host.Join("w2");
        _host.Apply(new ResultCopied("a", "w2"));
        _host.Lose("w1");
        Assert.Equal(TaskState.Succeeded, _host.State("a"));
        Assert.Equal("w2", _host.Graph.HoldersOf("a").Single().Value);
    }

    [Fact]
    public void A_durable_result_survives_all_workers()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"));
        _host.Apply(new TaskFinished("a", 1) { Durable = true });
        _host.Lose("w1");
        Assert.Equal(TaskState.Succeeded, _host.State("a"));
    }

    [Fact]
    public void A_wanted_result_that_a_worker_reports_lost_is_computed_again()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"));
        _host.Finish("a");
        _host.Apply(new ResultLost("a", "w1"));
        Assert.Equal(2, _host.Last.OfType<StartTask>().Single().Attempt);
    }

    [Fact]
    public void A_worker_that_joins_again_has_lost_what_it_had()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b"));
        _host.Finish("a");
        _host.Join("w1");
        Assert.Single(_host.Started());
        Assert.Equal(2, _host.Graph.AttemptOf("b") + (_host.Graph.AttemptOf("a") - 1));
    }

    [Fact]
    public void A_retiring_worker_finishes_what_it_has_and_gets_nothing_new()
    {
        _host.Join("w1");
        _host.Submit(Spec("a"), Spec("b"));
        _host.Apply(new WorkerRetiring("w1"));
        _host.Finish("a");
        Assert.Empty(_host.Started());
        Assert.Contains("paused or retiring", _host.Graph.WhyPending("b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_short_of_memory_is_paused_and_spills_what_is_needed_last()
    {
        _host.Apply(new WorkerJoined(new WorkerSpec { Id = "w1", MemoryLimitBytes = 1000 }));
        _host.Submit(Spec("soon"), Spec("late"), Spec("x", "soon"), Spec("y", "late", "x"));
        _host.Finish("late", bytes: 450);
        _host.Finish("soon", bytes: 400);
        Assert.Equal(["x"], _host.Started());
        _host.Apply(new WorkerMemoryReported("w1", 900));
        Assert.Equal("w1", _host.Last.OfType<PauseWorker>().Single().Worker.Value);
        Assert.Equal(["late"], _host.Last.OfType<SpillResults>().Single().Keys.Select(key => key.Value));

        _host.Finish("x");
        Assert.Empty(_host.Started());
        _host.Apply(new WorkerMemoryReported("w1", 500));
        Assert.Single(_host.Last.OfType<ResumeWorker>());
        Assert.Equal(["y"], _host.Started());
    }
}
