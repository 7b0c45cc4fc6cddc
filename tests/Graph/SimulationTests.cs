using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void A_thousand_workers_with_tasks_of_a_second_are_busy_for_95_percent_of_the_time()
    {
        var graph = new TaskGraph();
        var simulation = new ClusterSimulation(graph, new SimulationOptions { MaxDelay = TimeSpan.FromMilliseconds(20) });
        for (var index = 0; index < 1000; index++)
            simulation.Schedule(TimeSpan.Zero, new WorkerJoined(new WorkerSpec { Id = $"w{index}" }));
        simulation.Schedule(TimeSpan.Zero, new TasksSubmitted([.. Enumerable.Range(0, 100_000).Select(index => new TaskSpec { Key = $"t-{index}" })]));

        var report = simulation.Run();

        output.WriteLine($"utilisation {report.Utilisation:P2}, {report.Events} events, end {report.End}");
        Assert.Equal(100_000, graph.CountOf(TaskState.Succeeded));
        Assert.True(report.Utilisation >= 0.95, $"utilisation is {report.Utilisation:P2}");
    }

    [Fact]
    public void Two_classes_of_gangs_share_four_workers_for_an_hour_and_neither_starves()
    {
        var graph = new TaskGraph(new TaskGraphOptions { AgeBound = TimeSpan.FromSeconds(10) });
        var random = new Random(1);
        var simulation = new ClusterSimulation(graph, new SimulationOptions { MaxDelay = TimeSpan.FromMilliseconds(20) });
        var submitted = new Dictionary<TaskKey, TimeSpan>();
        var longestWait = new Dictionary<int, TimeSpan> { [2] = TimeSpan.Zero, [3] = TimeSpan.Zero };
        simulation.OnStart = (spec, at) =>
            longestWait[spec.Ranks] = TimeSpan.FromTicks(Math.Max(longestWait[spec.Ranks].Ticks, (at - submitted[spec.Key]).Ticks));
        for (var index = 0; index < 4; index++)
            simulation.Schedule(TimeSpan.Zero, new WorkerJoined(new WorkerSpec { Id = $"w{index}" }));
        for (var second = 0; second < 3600; second++)
        {
            // Pairs keep four workers 80 % busy, never ending together; every 30 s a gang of three asks for room.
            Submit(second, 2, $"pair-{second}", 1 + 1.2 * random.NextDouble());
            if (second % 30 == 7)
                Submit(second, 3, $"three-{second}", 3);
        }

        var report = simulation.Run();

        output.WriteLine($"longest waits: pair {longestWait[2]}, three {longestWait[3]}; utilisation {report.Utilisation:P1}");
        Assert.Equal(3720, graph.CountOf(TaskState.Succeeded));
        Assert.True(longestWait[3] < TimeSpan.FromSeconds(20), $"a gang of three waited {longestWait[3]}");
        Assert.True(longestWait[2] < TimeSpan.FromSeconds(60), $"a pair waited {longestWait[2]}");

        void Submit(int second, int ranks, string key, double duration)
        {
            submitted[key] = TimeSpan.FromSeconds(second);
            simulation.Schedule(submitted[key], new TasksSubmitted(
                [new TaskSpec { Key = key, Ranks = ranks, EstimatedDuration = TimeSpan.FromSeconds(duration) }]));
        }
    }

    [Fact]
    public void Work_lost_in_random_deaths_is_done_again_and_everything_completes()
    {
        const int Width = 200, Depth = 25;
        var graph = new TaskGraph();
        var simulation = new ClusterSimulation(graph, new SimulationOptions
        {
            Seed = 3,
            MaxDelay = TimeSpan.FromMilliseconds(20),
            MeanTimeBetweenKills = TimeSpan.FromSeconds(6),
            ReplacementDelay = TimeSpan.FromSeconds(5),
        });
        for (var index = 0; index < 100; index++)
            simulation.Schedule(TimeSpan.Zero, new WorkerJoined(new WorkerSpec { Id = $"w{index}", Slots = 2 }));
        simulation.Schedule(TimeSpan.Zero, new TasksSubmitted(GraphShapes.Stencil(Width, Depth)));

        var allowed = 0;
        simulation.OnEvent = @event => allowed += @event is WorkerLost lost ? MustRunAgain(graph, lost.Worker) : 0;

        var report = simulation.Run();

        output.WriteLine(
            $"{report.Kills} kills, {report.Starts} starts for {Width * Depth} tasks: {report.Starts - (Width * Depth)} again, "
            + $"lineage allows {allowed}; end {report.End}");
        Assert.True(report.Starts <= (Width * Depth) + allowed, $"{report.Starts} starts, {allowed} of them for lost work");
        Assert.Equal(Width, graph.CountOf(TaskState.Succeeded));
        Assert.Equal((Width * Depth) - Width, graph.CountOf(TaskState.Released));
        Assert.True(report.Kills > 5, "the run was too short to lose anything");
    }

    private static int MustRunAgain(TaskGraph graph, WorkerId lost) => LineageTests.OpenAfterLosing(graph, lost).Count(key =>
        !LineageTests.IsOpen(graph, key) || graph.RanksOf(key).Any(rank => rank.Worker == lost));
}
