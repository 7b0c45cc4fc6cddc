using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TuneGraph.Graph;

namespace TuneGraph.Benchmarks;

/// <summary>
/// What a task costs: the graph alone on one thread, and a run on two threads with empty tasks. One JSON line each,
/// in the
/// form of shared/bench/peers, for a table beside Dask.
/// </summary>
public static class GraphBenchmark
{
    private static readonly (string Name, Func<ImmutableArray<TaskSpec>> Build)[] _shapes =
    [
        ("independent", () => GraphShapes.Independent(10_000)),
        ("independent_100k", () => GraphShapes.Independent(100_000)),
        ("independent_1M", () => GraphShapes.Independent(1_000_000)),
        ("chain_10k", () => GraphShapes.Chain(10_000)),
        ("chain_100k", () => GraphShapes.Chain(100_000)),
        ("chain_1M", () => GraphShapes.Chain(1_000_000)),
        ("tree_2^13", () => GraphShapes.Tree(1 << 13)),
        ("tree_2^15", () => GraphShapes.Tree(1 << 15)),
        ("tree_2^19", () => GraphShapes.Tree(1 << 19)),
        ("stencil_100x100", () => GraphShapes.Stencil(100, 100)),
        ("stencil_1000x100", () => GraphShapes.Stencil(1000, 100)),
        ("stencil_1000x1000", () => GraphShapes.Stencil(1000, 1000)),
    ];

    private static readonly int[] _sizes = [10_000, 100_000, 1_000_000];

    /// <summary>Runs the parts named, or all: <c>engine</c>, <c>threads</c>, <c>submit</c>, <c>memory</c>.</summary>
    /// <param name="parts">Names of parts.</param>
    public static int Run(IReadOnlyCollection<string> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0 || parts.Contains("engine"))
            Measure("engine", specs => RunAlone(specs));
        if (parts.Count == 0 || parts.Contains("threads"))
            Measure("threads.2", RunOnThreads);
        if (parts.Count == 0 || parts.Contains("submit"))
            MeasureSubmission();
        if (parts.Count == 0 || parts.Contains("memory"))
            MeasureMemory();
        return 0;
    }

    private static void Measure(string runner, Action<ImmutableArray<TaskSpec>> run)
    {
        foreach (var (name, build) in _shapes)
        {
            var specs = build();
            var repetitions = specs.Length > 500_000 ? 3 : 7;
            run(specs); // warm
            var seconds = new List<double>();
            for (var repetition = 0; repetition < repetitions; repetition++)
            {
                GC.Collect();
                var watch = Stopwatch.StartNew();
                run(specs);
                seconds.Add(watch.Elapsed.TotalSeconds);
            }
            seconds.Sort();
            var median = seconds[repetitions / 2];
            Emit($"taskgraph.{name}", runner, specs.Length, median / specs.Length * 1e6, "us/task",
                $"\"min\": {Text(seconds[0] / specs.Length * 1e6)}, "
                + $"\"max\": {Text(seconds[^1] / specs.Length * 1e6)}, \"reps\": {repetitions}");
        }
    }

    /// <summary>All events of a run, from submission to the last result, with nothing executed.</summary>
    private static TaskGraph RunAlone(ImmutableArray<TaskSpec> specs)
    {
        var graph = new TaskGraph(new TaskGraphOptions { WorkerSaturation = 64 });
        graph.Apply(new WorkerJoined(new WorkerSpec { Id = "local", Slots = 1 }));
        var instructions = graph.Apply(new TasksSubmitted(specs));
        var finished = new List<GraphEvent>();
        while (!instructions.IsEmpty)
        {
            finished.Clear();
            foreach (var instruction in instructions)
            {
                if (instruction is StartTask start)
                    finished.Add(new TaskFinished(start.Key, start.Attempt, 0, TimeSpan.FromTicks(1)));
            }
            instructions = finished.Count == 0 ? [] : graph.Apply(CollectionsMarshal.AsSpan(finished));
        }
        return graph;
    }

    /// <summary>The same with empty bodies on two threads, from the start of the threads to their end.</summary>
    private static void RunOnThreads(ImmutableArray<TaskSpec> specs) =>
        RunOnThreadsAsync(specs).GetAwaiter().GetResult();

    private static async Task RunOnThreadsAsync(ImmutableArray<TaskSpec> specs)
    {
        await using var runner = new GraphRunner(
            static (_, _) => ValueTask.FromResult(0L), new GraphRunnerOptions { Threads = 2 });
        runner.Submit(specs);
        await runner.WhenIdleAsync();
    }

    /// <summary>From the first task to the return of the last submission; sizes take turns, after a warm-up.</summary>
    private static void MeasureSubmission()
    {
        var cases =
            from count in _sizes
            from way in new (string Name, Func<int, double> Submit)[]
            {
                ("engine.independent", SubmitToEngine(GraphShapes.Independent(count))),
                ("engine.stencil", SubmitToEngine(GraphShapes.Stencil(count / 100, 100))),
                ("front.one_by_one", SubmitOneByOne),
                ("front.map", SubmitMap),
            }
            select (way.Name, Count: count, way.Submit, Seconds: new List<double>());
        var all = cases.ToList();
        for (var repetition = -1; repetition < 3; repetition++)
        {
            foreach (var (_, count, submit, seconds) in all)
            {
                GC.Collect();
                var time = submit(count);
                if (repetition >= 0)
                    seconds.Add(time);
            }
        }
        foreach (var (name, count, _, seconds) in all)
        {
            seconds.Sort();
            var perTask = seconds.ConvertAll(each => each / count * 1e6);
            Emit($"submission.{name}", "front", count, perTask[1], "us/task",
                $"\"min\": {Text(perTask[0])}, \"max\": {Text(perTask[^1])}, \"reps\": 3");
        }
    }

    private static Func<int, double> SubmitToEngine(ImmutableArray<TaskSpec> specs) => _ =>
    {
        var graph = new TaskGraph();
        var watch = Stopwatch.StartNew();
        graph.Apply(new TasksSubmitted(specs));
        var seconds = watch.Elapsed.TotalSeconds;
        GC.KeepAlive(graph);
        return seconds;
    };

    private static double SubmitOneByOne(int count) => WhileHeld(graph =>
    {
        var futures = new TaskFuture<int>[count];
        for (var index = 0; index < count; index++)
            futures[index] = graph.Task($"t-{index}", static () => 0);
        return futures;
    });

    private static double SubmitMap(int count) =>
        WhileHeld(graph => graph.Map("t", Enumerable.Range(0, count), static x => x));

    /// <summary>Nothing runs meanwhile: a first task holds the only thread until all are submitted.</summary>
    private static double WhileHeld(Func<TaskRunner, object> submit)
    {
        using var done = new ManualResetEventSlim();
        var graph = new TaskRunner(threads: 1);
        using var first = graph.Task("first", () => done.Wait(Timeout.Infinite));
        var watch = Stopwatch.StartNew();
        var futures = submit(graph);
        var seconds = watch.Elapsed.TotalSeconds;
        done.Set();
        graph.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.KeepAlive(futures);
        return seconds;
    }

    private static void MeasureMemory()
    {
        foreach (var (name, build) in _shapes)
        {
            if (name is "independent_1M" or "chain_1M" or "tree_2^19" or "stencil_1000x1000")
                MeasureMemory(name, build);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // nothing of one graph may live on while the next is measured
    private static void MeasureMemory(string name, Func<ImmutableArray<TaskSpec>> build)
    {
        var before = Settled();
        var specs = build();
        var count = specs.Length;
        var withSpecs = Settled();
        var graph = new TaskGraph();
        graph.Apply(new TasksSubmitted(specs));
        var submitted = Settled();
        Emit($"memory.{name}.specs", "engine", count, (double)(withSpecs - before) / count, "bytes/task", "");
        Emit($"memory.{name}.state", "engine", count, (double)(submitted - withSpecs) / count, "bytes/task", "");
        graph.Apply(new WorkerJoined(new WorkerSpec { Id = "local" }));
        Drain(graph);
        var run = (double)(Settled() - withSpecs) / count;
        Emit($"memory.{name}.state_after_run", "engine", count, run, "bytes/task", "");
        GC.KeepAlive(graph);
        GC.KeepAlive(specs);
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(true);
    }

    private static void Drain(TaskGraph graph)
    {
        var instructions = graph.Apply(new TasksSubmitted([new TaskSpec { Key = "last" }]));
        foreach (var key in graph.Keys.Where(key => graph.StateOf(key) == TaskState.Running).ToList())
            instructions = graph.Apply(new TaskFinished(key, 1, 0, TimeSpan.FromTicks(1)));
        while (instructions.OfType<StartTask>().FirstOrDefault() is { } start)
            instructions = graph.Apply(new TaskFinished(start.Key, start.Attempt, 0, TimeSpan.FromTicks(1)));
    }

    private static void Emit(string bench, string runner, int tasks, double value, string unit, string more) =>
        Console.WriteLine(
            $"{{\"bench\": \"A.{bench}\", \"peer\": \"tunegraph.{runner}\", "
            + $"\"params\": {{\"tasks\": {tasks}{(more.Length > 0 ? $", {more}" : "")}}}, "
            + $"\"value\": {Text(value)}, \"unit\": \"{unit}\"}}");

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
