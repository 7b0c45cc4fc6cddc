using System.Collections.Immutable;
using TuneGraph.Graph;
using TuneGraph.Tests.Repository;

namespace TuneGraph.Tests.Sweeps;

/// <summary>The examples of docs/graph.md: the page has them from here, word for word.</summary>
public sealed class GraphPageTests
{
    private const string Page = "docs/graph.md";
    private const string Source = "tests/Sweeps/Tasks/GraphPageTests.cs";

    [Fact]
    public void Every_example_on_the_page_stands_in_these_tests()
    {
        var source = string.Join('\n', Checkout.File(Source).Lines.Select(line => line.TrimStart()));
        var examples = Blocks("csharp").ToList();
        Assert.Equal(4, examples.Count);
        Assert.All(examples, example => Assert.Contains(
            string.Join('\n', example.Select(line => line.TrimStart())), source, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Functions_as_tasks()
    {
        await using var graph = new TaskRunner(threads: 4);
        var load = graph.Task("load", () => new float[] { 1, 2, 3, 4 });
        var fetch = graph.Task("fetch", async token =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), token);
            return 10f;
        });
        var scaled = graph.Task("scale", load, fetch, (loaded, factor) => loaded.Select(v => v * factor).ToArray());
        var squares = graph.Map("square", Enumerable.Range(0, 100), x => x * x);
        var halves = graph.Map("half", squares, x => x / 2.0);
        var total = graph.Reduce("total", squares, (x, y) => x + y);
        var all = graph.Gather("all", squares);
        var report = graph.Task("report", [load, total, all], () => $"{all.Value.Count} squares: {total.Value}");

        float[] values = await scaled;             // 10, 20, 30, 40
        string text = await report;                // 100 squares: 328350
        var each = await halves.GatherAsync();     // 0, 0.5, 2, …

        Assert.Equal([10f, 20f, 30f, 40f], values);
        Assert.Equal("100 squares: 328350", text); // 99 · 100 · 199 / 6
        Assert.Equal([0, 0.5, 2], each.Take(3));
    }

    [Fact]
    public async Task Settings_of_tasks_and_runner()
    {
        var license = ImmutableSortedDictionary<string, double>.Empty.Add("license", 1);
        var settings = new TaskSettings
        {
            Priority = 1,
            MaxRetries = 3,
            Backoff = new Backoff { Initial = TimeSpan.FromMilliseconds(1) },
            Timeout = TimeSpan.FromMinutes(5),
            Resources = new ResourceVector { Named = license },
        };
        var options = new TaskRunnerOptions
        {
            Run = new GraphRunnerOptions
            {
                Threads = 2,
                Resources = settings.Resources, // one license: one such task at a time
                MemoryLimitBytes = 100_000_000,
            },
            Progress = new Progress<TaskProgress>(progress => Console.WriteLine(progress)),
        };
        await using var graph = new TaskRunner(options);
        var attempts = 0;
        var flaky = graph.Task("flaky", () => ++attempts < 3 ? throw new IOException("busy") : attempts, settings);
        int needed = await flaky;                  // 3
        Console.WriteLine(graph.ToMermaid());

        Assert.Equal(3, needed);
        Assert.Contains("flaky<br/>Succeeded", graph.ToMermaid(), StringComparison.Ordinal);
        Assert.StartsWith("digraph", graph.ToDot(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Methods_by_name()
    {
        var text = string.Join('\n', Assert.Single(Blocks("yaml")));

        MethodCall call = MethodCall.Of(() => Numbers.Scale(new double[] { 1, 2 }, 10));
        string json = call.ToJson();               // to the other process, and there:
        var catalog = MethodCatalog.Empty.With(typeof(Numbers));
        var result = await catalog.Bind(MethodCall.Parse(json)).InvokeAsync(resultOf: key => null);

        await using var graph = new TaskRunner(threads: 2);
        var load = graph.Call("load", () => Numbers.Load(3, default));
        var scaled = graph.Call("scaled", () => Numbers.Scale(load.Value, 10));
        double[] tens = await scaled;              // 0, 10, 20

        var tasks = GraphFile.Parse(text, "numbers.yaml", catalog);
        var futures = graph.Submit(tasks, catalog);
        object? sum = await futures["sum"];        // 33
        Console.WriteLine(tasks.ToMermaid());

        Assert.Equal(new double[] { 10, 20 }, result);
        Assert.Equal([0.0, 10, 20], tens);
        Assert.Equal(33.0, sum);
        Assert.Contains("more<br/>Waiting", tasks.ToMermaid(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_engine_alone()
    {
        var graph = new TaskGraph();
        graph.Apply(new WorkerJoined(new WorkerSpec { Id = "w1", Slots = 2 }));
        var todo = graph.Apply(new TasksSubmitted(
        [
            new TaskSpec { Key = "load" },
            new TaskSpec { Key = "train", Dependencies = ["load"], Ranks = 2 }, // a gang: two slots, or none
        ]));
        // todo: StartTask { Key = load, Attempt = 1, Ranks = [w1] }; do it, then say so:
        todo = graph.Apply(new TaskFinished("load", Attempt: 1, Bytes: 1_000) { At = TimeSpan.FromSeconds(3) });
        // todo: TaskSucceeded(load), StartTask(train on w1, w1)

        Assert.Equal(new TaskSucceeded("load"), todo[0]);
        Assert.Equal(2, Assert.IsType<StartTask>(todo[1]).Ranks.Length);
    }

    private static IEnumerable<IReadOnlyList<string>> Blocks(string language)
    {
        List<string>? open = null;
        foreach (var line in Checkout.File(Page).Lines)
        {
            if (open is null && line == $"```{language}")
            {
                open = [];
            }
            else if (open is not null && line == "```")
            {
                yield return open;
                open = null;
            }
            else
            {
                open?.Add(line);
            }
        }
    }
}
