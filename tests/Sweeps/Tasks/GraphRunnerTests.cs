using System.Collections.Concurrent;
using System.Collections.Immutable;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps;

public sealed class GraphRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Property(MaxTest = 200)]
    public void Every_task_runs_once_and_after_those_that_it_reads(int seed, byte size, byte threads, byte atHand) =>
        CheckOrderAsync(new Random(seed), 1 + size, 1 + (threads % 4), 1 + (atHand % 64)).GetAwaiter().GetResult();

    [Fact]
    public async Task A_failed_task_is_tried_again_after_its_back_off()
    {
        var time = new FakeTimeProvider();
        var attempts = 0;
        var failed = new TaskCompletionSource();
        var succeeded = new TaskCompletionSource();
        await using var runner = new GraphRunner(
            (_, _) => Interlocked.Increment(ref attempts) == 1
                ? throw new InvalidOperationException("not yet")
                : ValueTask.FromResult(0L),
            new GraphRunnerOptions { Threads = 1, TimeProvider = time },
            told =>
            {
                if (told is TaskSucceeded)
                    succeeded.TrySetResult();
            });
        runner.Submit([new TaskSpec
        {
            Key = "a",
            MaxRetries = 1,
            Backoff = new Backoff { Initial = TimeSpan.FromMinutes(1) },
        }]);
        while (runner.Ask(graph => graph.ReasonOf("a")) is null)
            await Task.Yield();
        Assert.Equal(1, attempts);
        time.Advance(TimeSpan.FromMinutes(1));
        await succeeded.Task.WaitAsync(Token);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task A_task_that_runs_longer_than_its_limit_fails_and_says_so()
    {
        var time = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        await using var runner = new GraphRunner(
            async (_, token) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return 0;
            },
            new GraphRunnerOptions { Threads = 1, TimeProvider = time });
        runner.Submit([new TaskSpec { Key = "a", Timeout = TimeSpan.FromSeconds(5) }]);
        await begun.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(5));
        await runner.WhenIdleAsync().WaitAsync(Token);
        Assert.Equal(TaskState.Erred, runner.Ask(graph => graph.StateOf("a")));
        Assert.Contains("00:00:05", runner.Ask(graph => graph.ReasonOf("a")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_used_again_has_the_limit_of_its_new_task()
    {
        var time = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource<long>();
        var runs = 0;
        await using var runner = new GraphRunner(
            async (_, token) =>
            {
                if (++runs == 1)
                    return 0;
                begun.SetResult();
                return await release.Task.WaitAsync(token);
            },
            new GraphRunnerOptions { Threads = 1, TimeProvider = time });
        runner.Submit([new TaskSpec { Key = "a", Timeout = TimeSpan.FromSeconds(5) }]);
        await runner.WhenIdleAsync().WaitAsync(Token);
        runner.Apply(new TasksForgotten(["a"]));
        runner.Submit([new TaskSpec { Key = "a" }]);
        await begun.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromMinutes(5));
        release.SetResult(0);
        await runner.WhenIdleAsync().WaitAsync(Token);
        Assert.Equal(TaskState.Succeeded, runner.Ask(graph => graph.StateOf("a")));
    }

    [Fact]
    public async Task A_runner_that_is_short_of_memory_begins_nothing_until_it_is_not()
    {
        var gate = new TaskCompletionSource<long>();
        var begun = 0;
        await using var runner = new GraphRunner(
            (_, token) =>
            {
                Interlocked.Increment(ref begun);
                return new ValueTask<long>(gate.Task);
            },
            new GraphRunnerOptions { Threads = 1, TasksAtHand = 8, MemoryLimitBytes = 100 });
        runner.Apply(new WorkerMemoryReported("local", 90));
        runner.Submit([.. Enumerable.Range(0, 8).Select(index => new TaskSpec { Key = $"t-{index}" })]);
        Assert.Equal(0, begun);
        Assert.Equal(8, runner.Ask(graph => graph.CountOf(TaskState.Ready)));
        runner.Apply(new WorkerMemoryReported("local", 10));
        gate.SetResult(0);
        await runner.WhenIdleAsync().WaitAsync(Token);
        Assert.Equal(8, begun);
    }

    [Theory]
    [InlineData(false, TaskState.Succeeded)]
    [InlineData(true, TaskState.Cancelled)]
    public async Task A_graceful_stop_lets_bodies_end_and_a_forceful_one_cancels_them(bool forceful, TaskState expected)
    {
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource<long>();
        await using var runner = new GraphRunner(
            async (_, token) =>
            {
                begun.SetResult();
                return await release.Task.WaitAsync(token);
            },
            new GraphRunnerOptions { Threads = 1, TasksAtHand = 1 });
        runner.Submit([new TaskSpec { Key = "runs" }, new TaskSpec { Key = "waits" }]);
        await begun.Task.WaitAsync(Token);
        var stopped = runner.StopAsync(forceful);
        if (!forceful)
            release.SetResult(0);
        await stopped.WaitAsync(Token);
        Assert.Equal(expected, runner.Ask(graph => graph.StateOf("runs")));
        Assert.Equal(TaskState.Cancelled, runner.Ask(graph => graph.StateOf("waits")));
        Assert.Throws<TuneGraphException>(() => runner.Submit([new TaskSpec { Key = "late" }]));
    }

    [Fact]
    public async Task A_body_may_wait_for_what_its_own_thread_has_ended_before()
    {
        using var other = new ManualResetEventSlim();
        await using var runner = new GraphRunner(
            (key, _) =>
            {
                if (key.Value == "t-99")
                    other.Wait(Token);
                return ValueTask.FromResult(0L);
            },
            new GraphRunnerOptions { Threads = 1 },
            told =>
            {
                if (told is TaskSucceeded { Key.Value: "t-98" })
                    other.Set();
            });
        runner.Submit([.. Enumerable.Range(0, 100).Select(index => new TaskSpec { Key = $"t-{index}" })]);
        await runner.WhenIdleAsync().WaitAsync(Token);
        Assert.Equal(100, runner.Ask(graph => graph.CountOf(TaskState.Succeeded)));
    }

    [Fact]
    public async Task A_gang_is_refused()
    {
        await using var runner = new GraphRunner((_, _) => ValueTask.FromResult(0L));
        Assert.Contains(
            "'a' is a gang",
            Assert.Throws<TuneGraphException>(() => runner.Submit([new TaskSpec { Key = "a", Ranks = 2 }])).Message,
            StringComparison.Ordinal);
    }

    private static async Task CheckOrderAsync(Random random, int count, int threads, int atHand)
    {
        var specs = ImmutableArray.CreateBuilder<TaskSpec>();
        for (var index = 0; index < count; index++)
        {
            var reads = Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(Math.Max(1, index)))
                .Where(at => at < index).Distinct();
            specs.Add(new TaskSpec
            {
                Key = $"t-{index}",
                Dependencies = [.. reads.Select(at => new TaskKey($"t-{at}"))],
                Priority = random.Next(3),
                KeepResult = true, // else what was released before the second submission runs again for it
            });
        }
        var byKey = specs.ToDictionary(spec => spec.Key);
        var done = new ConcurrentDictionary<TaskKey, bool>();
        var wrong = new ConcurrentQueue<string>();
        await using var runner = new GraphRunner(
            async (key, _) =>
            {
                if (!byKey[key].Dependencies.All(done.ContainsKey))
                    wrong.Enqueue($"{key} came before what it reads");
                if (key.Value.EndsWith('3'))
                    await Task.Yield();
                if (!done.TryAdd(key, true))
                    wrong.Enqueue($"{key} ran twice");
                return 0;
            },
            new GraphRunnerOptions
            {
                Threads = threads,
                TasksAtHand = atHand,
                Graph = new TaskGraphOptions { Validate = true },
            });
        var cut = random.Next(count);
        runner.Submit([.. specs.Take(cut)]);
        runner.Submit([.. specs.Skip(cut)]);
        await runner.WhenIdleAsync();
        Assert.Empty(wrong);
        Assert.Equal(count, done.Count);
    }
}
