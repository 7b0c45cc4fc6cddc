using System.Runtime.CompilerServices;
using FsCheck.Xunit;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps;

public sealed class TaskRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Property(MaxTest = 100)]
    public void A_reduction_keeps_the_order_of_its_inputs(byte count, byte threads)
    {
        async Task<string> JoinAsync()
        {
            await using var graph = new TaskRunner(1 + (threads % 4));
            var letters = graph.Map("letter", Enumerable.Range(0, 1 + count), index => $"{index},");
            return await graph.Reduce("all", letters, (left, right) => left + right);
        }
        Assert.Equal(
            string.Concat(Enumerable.Range(0, 1 + count).Select(index => $"{index},")),
            JoinAsync().GetAwaiter().GetResult());
    }

    [Fact]
    public async Task A_failure_reaches_those_that_read_it_with_its_story_and_what_was_thrown()
    {
        await using var graph = new TaskRunner(2);
        var broken = graph.Task<int>("broken", () => throw new FormatException("no number"));
        var reader = graph.Task("reader", broken, x => x + 1);
        var failure = await Assert.ThrowsAsync<TaskFailedException>(async () => await reader);
        Assert.Equal("reader", failure.Key.Value);
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.Contains("'broken' failed: no number", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Story);
    }

    [Fact]
    public async Task A_cancelled_task_takes_those_that_read_it_along_and_its_body_hears_of_it()
    {
        await using var graph = new TaskRunner(1);
        var begun = new TaskCompletionSource();
        var endless = graph.Task("endless", async token =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 0;
        });
        var reader = graph.Task("reader", endless, x => x);
        Assert.Contains("endless", reader.WhyPending, StringComparison.Ordinal);
        await begun.Task.WaitAsync(Token);
        endless.Cancel("changed my mind");
        var failure = await Assert.ThrowsAsync<TaskCancelledException>(async () => await reader);
        Assert.Contains("changed my mind", failure.Message, StringComparison.Ordinal);
        await graph.WhenIdleAsync().WaitAsync(Token);
        Assert.Equal(2, graph.Progress.Cancelled);
    }

    [Fact]
    public async Task A_task_that_failed_is_tried_as_often_as_it_may()
    {
        await using var graph = new TaskRunner(1);
        var attempts = 0;
        var future = graph.Task(
            "flaky",
            () => ++attempts < 3 ? throw new IOException("busy") : attempts,
            new TaskSettings { MaxRetries = 2 });
        Assert.Equal(3, await future);
    }

    [Fact]
    public async Task A_task_may_add_tasks_and_wait_for_them()
    {
        await using var graph = new TaskRunner(1);
        var outer = graph.Task("outer", async _ => await graph.Task("inner", () => 20) + 1);
        Assert.Equal(21, await outer);
    }

    [Fact]
    public async Task A_result_that_no_one_can_ask_for_is_let_go_and_its_key_is_free_again()
    {
        await using var graph = new TaskRunner(1);
        var first = graph.Task("a", () => new byte[1_000]);
        var second = graph.Task("b", first, bytes => bytes.Length);
        Assert.Equal(1_000, await second);
        Assert.Throws<TuneGraphException>(() => graph.Task("a", () => 1));
        Assert.Equal(1_000, graph.ResultBytes);
        first.Dispose();
        Assert.Equal(0, graph.ResultBytes);
        Assert.Throws<TuneGraphException>(() => graph.Task("c", first, bytes => bytes.Length));
        second.Dispose();
        Assert.Equal(default, graph.Progress);
        using var again = graph.Task("a", () => 1);
        Assert.Equal(1, await again);
    }

    [Fact]
    public async Task Results_above_the_limit_lie_on_disk_and_read_the_same()
    {
        using var folder = new TemporaryFolder();
        await using (var graph = new TaskRunner(new TaskRunnerOptions
        {
            Run = new GraphRunnerOptions { Threads = 2, TasksAtHand = 1, MemoryLimitBytes = 10_000 },
            SpillFolder = folder.Path,
        }))
        {
            var parts = graph.Map("part", Enumerable.Range(0, 100), index => Enumerable.Repeat(index, 125)
                .Select(value => (double)value).ToArray());
            var sums = graph.Map("sum", parts, values => values.Sum());
            Assert.Equal(Enumerable.Range(0, 100).Select(index => index * 125.0), await sums.GatherAsync(Token));
            Assert.Equal(99.0, (await parts[99])[124]);
            Assert.InRange(graph.SpilledResults, 80, 100);
            Assert.InRange(graph.ResultBytes, 0, 20_000);
            Assert.Null(graph.SpillFailure);
            GC.KeepAlive(parts);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_future_that_was_lost_lets_go_of_its_result()
    {
        await using var graph = new TaskRunner(1);
        await LoseAsync(graph);
        while (graph.ResultBytes > 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }
        Assert.Equal(0, graph.ResultBytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // the future must not live on in the caller's frame
    private static async Task LoseAsync(TaskRunner graph) =>
        Assert.Equal(500, (await graph.Task("lost", () => new byte[500])).Length);

    [Fact]
    public async Task Values_that_are_there_already_become_futures()
    {
        await using var graph = new TaskRunner(2);
        var one = graph.Scatter("one", 1);
        var words = graph.ScatterEach("word", ["a", "b", "c"]);
        var real = graph.Scatter("real", 0.5);
        var text = graph.Task("text", one, words[2], real, (i, word, number) => FormattableString.Invariant(
            $"{i}{word}{number}"));
        var later = graph.Task("later", one, words[0], async (i, word, token) =>
        {
            await Task.Yield();
            return $"{word}{i}";
        });
        Assert.Equal("1c0.5", await text);
        Assert.Equal("a1", await later);
        Assert.Equal(["a", "b", "c"], await graph.Gather("words", words));
        Assert.Equal("word-1", words[1].Key.Value);
    }

    [Fact]
    public async Task A_task_comes_after_others_whatever_their_types()
    {
        await using var graph = new TaskRunner(2);
        var number = graph.Task("number", () => 2);
        var text = graph.Task("text", () => "x");
        var flag = graph.Task("flag", () => true);
        var part = graph.Task("part", () => 0.25);
        var all = graph.Task("all", [number, text, flag, part], async token =>
        {
            await Task.Yield();
            return (number.Value, text.Value, flag.Value, part.Value);
        });
        Assert.Equal((2, "x", true, 0.25), await all);
    }

    [Fact]
    public async Task The_value_of_an_open_task_is_refused()
    {
        await using var graph = new TaskRunner(1);
        var release = new TaskCompletionSource<int>();
        var open = graph.Task("open", token => release.Task);
        Assert.Contains("no result yet", Assert.Throws<TuneGraphException>(() => open.Value).Message, Ordinal);
        release.SetResult(1);
        await open;
        Assert.Equal(1, open.Value);
    }

    [Fact]
    public async Task A_body_that_gives_a_task_without_taking_a_token_is_refused()
    {
        await using var graph = new TaskRunner(1);
        var failure = Assert.Throws<ArgumentException>(() => graph.Task("a", () => Task.FromResult(1)));
        Assert.Contains("token => …", failure.Message, Ordinal);
    }

    [Fact]
    public async Task Progress_is_told_and_after_the_end_it_is_complete()
    {
        var told = new Told();
        await using (var graph = new TaskRunner(new TaskRunnerOptions { Progress = told }))
        {
            var futures = graph.Map("t", Enumerable.Range(0, 100), x => x);
            await futures.GatherAsync(Token);
        }
        Assert.Equal(100, told.Last.Succeeded);
    }

    [Fact]
    public async Task Resources_bound_how_many_tasks_run_at_once()
    {
        var license = new ResourceVector { Cores = 1 };
        await using var graph = new TaskRunner(new TaskRunnerOptions
        {
            Run = new GraphRunnerOptions { Threads = 4, Resources = license },
        });
        var (running, most) = (0, 0);
        var futures = graph.Map("t", Enumerable.Range(0, 50), x =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Thread.SpinWait(1_000);
            return Interlocked.Decrement(ref running);
        }, new TaskSettings { Resources = license });
        await futures.GatherAsync(Token);
        Assert.Equal(1, most);
        var failure = Assert.Throws<TuneGraphException>(() => graph.Task(
            "big", () => 1, new TaskSettings { Resources = new ResourceVector { Cores = 2 } }));
        Assert.Contains("needs 2 cores; the runner has 1", failure.Message, Ordinal);
        Assert.Equal(1, await graph.Task("big", () => 1)); // what was refused has left nothing behind
    }

    [Fact]
    public async Task Results_of_a_type_with_a_format_of_its_own_are_spilled()
    {
        using var folder = new TemporaryFolder();
        var format = new ResultFormat<int[]>(
            value => value.Length * 4L,
            value => [.. value.Select(x => (byte)x)],
            bytes => [.. bytes.Select(x => (int)x)]);
        var options = Bounded(folder.Path) with { Formats = ResultFormats.BuiltIn.With(format) };
        await using var graph = new TaskRunner(options);
        var parts = graph.Map("part", Enumerable.Range(0, 50), index => Enumerable.Repeat(index, 100).ToArray());
        var sums = graph.Map("sum", parts, values => values.Sum());
        Assert.Equal(Enumerable.Range(0, 50).Select(index => index * 100), await sums.GatherAsync(Token));
        Assert.True(graph.SpilledResults > 0);
        Assert.Equal(49, (await parts[49])[99]);
    }

    [Fact]
    public async Task Where_nothing_can_be_written_results_stay_in_memory_and_work_goes_on()
    {
        using var folder = new TemporaryFolder();
        var noFolder = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(noFolder, "", Token);
        await using var graph = new TaskRunner(Bounded(noFolder));
        var parts = graph.Map("part", Enumerable.Range(0, 50), index => new byte[400]);
        Assert.All(await parts.GatherAsync(Token), bytes => Assert.Equal(400, bytes.Length));
        Assert.IsAssignableFrom<IOException>(graph.SpillFailure);
        Assert.Equal(20_000, graph.ResultBytes);
        Assert.Equal(0, graph.SpilledResults);
    }

    private static StringComparison Ordinal => StringComparison.Ordinal;

    private static TaskRunnerOptions Bounded(string folder) => new()
    {
        Run = new GraphRunnerOptions { Threads = 2, TasksAtHand = 1, MemoryLimitBytes = 4_000 },
        SpillFolder = folder,
    };

    private sealed class Told : IProgress<TaskProgress>
    {
        public TaskProgress Last { get; private set; }

        public void Report(TaskProgress value) => Last = value;
    }
}
