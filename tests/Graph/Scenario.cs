using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

/// <summary>
/// A random graph on a random cluster with random trouble, all from a seed. What FsCheck shrinks is its size.
/// </summary>
public sealed record Scenario(
    int Seed, int Tasks, int Workers, int Kills, int Cancels, int FailurePercent, int GangPercent, bool Saturate)
{
    private static readonly string[] _groups = ["", "a", "b"];

    public TaskGraphOptions Options => new()
    {
        Validate = true,
        WorkerSaturation = Saturate ? 2 : 1,
        AgeBound = TimeSpan.FromSeconds(5),
    };

    public SimulationReport Run(TaskGraph graph, TimeSpan? until = null, Action<GraphEvent>? record = null)
    {
        var random = new Random(Seed);
        var simulation = new ClusterSimulation(graph, new SimulationOptions
        {
            Seed = Seed,
            MaxDelay = TimeSpan.FromMilliseconds(random.Next(3) * 200),
            FailureProbability = FailurePercent / 100.0,
            ReplacementDelay = random.Next(4) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(3),
        });
        simulation.OnEvent = record;
        for (var index = 0; index < Workers; index++)
            simulation.Schedule(Time(random, 5), new WorkerJoined(NewWorker(random, index)));
        for (var index = 0; index < 3; index++)
            simulation.Schedule(Time(random, 5), new GroupChanged(NewGroup(random, index)));
        var specs = Enumerable.Range(0, Tasks).Select(index => NewTask(random, index)).ToImmutableArray();
        var half = random.Next(Tasks + 1);
        simulation.Schedule(TimeSpan.Zero, new TasksSubmitted(specs[..half]));
        simulation.Schedule(Time(random, 20), new TasksSubmitted(specs)); // what is there already is left alone
        for (var index = 0; index < Cancels; index++)
            simulation.Schedule(Time(random, 30), Trouble(random));
        for (var index = 0; index < Kills; index++)
            simulation.ScheduleKill(Time(random, 60), $"w{random.Next(Workers)}");
        return simulation.Run(until);
    }

    public TaskSpec NewTask(Random random, int index) => new()
    {
        Key = $"t-{index}",
        Dependencies = Dependencies(random, index),
        Priority = random.Next(3) - 1,
        Group = _groups[random.Next(3)],
        Ranks = random.Next(100) < GangPercent ? 2 + random.Next(2) : 1,
        Placement = (GangPlacement)random.Next(4),
        Resources = random.Next(6) switch
        {
            0 => new ResourceVector { Accelerators = 1 },
            1 => new ResourceVector { Cores = 0.5, Named = Licenses(1) },
            _ => ResourceVector.None,
        },
        Constraints = random.Next(6) switch
        {
            0 => new WorkerConstraints { Labels = ["even"] },
            1 => new WorkerConstraints { Excluded = ["w0"], Preferred = ["w1"] },
            _ => WorkerConstraints.None,
        },
        MaxRetries = random.Next(4),
        Backoff = random.Next(3) == 0 ? new Backoff { Initial = TimeSpan.FromSeconds(2) } : Backoff.None,
        Timeout = random.Next(8) == 0 ? TimeSpan.FromSeconds(4) : TimeSpan.Zero,
        EstimatedDuration = TimeSpan.FromSeconds(1 + random.Next(6)),
        EstimatedBytes = random.Next(3) * 50_000_000L,
        KeepResult = random.Next(5) == 0,
    };

    public override string ToString() =>
        $"seed {Seed}: {Tasks} tasks, {Workers} workers, {Kills} kills, {Cancels} cancellations, "
        + $"{FailurePercent} % failures, "
        + $"{GangPercent} % gangs, saturation {(Saturate ? 2 : 1)}";

    private static ImmutableArray<TaskKey> Dependencies(Random random, int index)
    {
        var count = Math.Min(index, random.Next(4));
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Math.Max(0, index - 6), index)).Distinct()
            .Select(at => new TaskKey($"t-{at}"))];
    }

    // The largest gang has three ranks: each group can start all of its tasks.
    private static TaskGroup NewGroup(Random random, int index) => new()
    {
        Name = _groups[index],
        Priority = random.Next(2),
        Share = 1 + random.Next(3),
        Quota = random.Next(2) == 0 ? null : 3 + random.Next(3),
    };

    private static WorkerSpec NewWorker(Random random, int index) => new()
    {
        Id = $"w{index}",
        Slots = 1 + random.Next(3),
        Resources = new ResourceVector
        {
            Cores = random.Next(3),
            Accelerators = random.Next(3),
            Named = Licenses(random.Next(2))
        },
        Labels = index % 2 == 0 ? ["even"] : [],
        MemoryLimitBytes = random.Next(2) * 1000,
    };

    private GraphEvent Trouble(Random random)
    {
        ImmutableArray<TaskKey> keys = [$"t-{random.Next(Tasks)}", $"t-{random.Next(Tasks)}"];
        return random.Next(8) switch
        {
            0 => new ResultsDropped(keys),
            1 => new ResultLost(keys[0], $"w{random.Next(Workers)}"),
            2 => new TasksRetried(keys),
            3 => new WorkerMemoryReported($"w{random.Next(Workers)}", random.Next(600)),
            4 => new TasksForgotten(keys),
            5 => new WorkerRetiring($"w{random.Next(Workers)}"),
            _ => new TasksCancelled([keys[0]], "changed my mind"),
        };
    }

    private static ImmutableSortedDictionary<string, double> Licenses(int count) => count == 0
        ? ImmutableSortedDictionary<string, double>.Empty
        : ImmutableSortedDictionary<string, double>.Empty.Add("license", count);

    private static TimeSpan Time(Random random, int seconds) => TimeSpan.FromMilliseconds(random.Next(seconds * 1000));
}

public static class Scenarios
{
    public static Arbitrary<Scenario> Any()
    {
        var gen =
            from seed in Gen.Choose(0, int.MaxValue - 1)
            from tasks in Gen.Choose(1, 30)
            from workers in Gen.Choose(1, 6)
            from kills in Gen.Choose(0, 5)
            from cancels in Gen.Choose(0, 4)
            from failures in Gen.Elements(0, 0, 10, 40)
            from gangs in Gen.Elements(0, 20, 60)
            from saturate in Gen.Elements(false, true)
            select new Scenario(seed, tasks, workers, kills, cancels, failures, gangs, saturate);
        return Arb.From(gen, Shrink);
    }

    private static IEnumerable<Scenario> Shrink(Scenario scenario)
    {
        if (scenario.Tasks > 1)
        {
            yield return scenario with { Tasks = scenario.Tasks / 2 };
            yield return scenario with { Tasks = scenario.Tasks - 1 };
        }
        if (scenario.Kills > 0)
            yield return scenario with { Kills = scenario.Kills - 1 };
        if (scenario.Cancels > 0)
            yield return scenario with { Cancels = scenario.Cancels - 1 };
        if (scenario.Workers > 1)
            yield return scenario with { Workers = scenario.Workers - 1 };
        if (scenario.FailurePercent > 0)
            yield return scenario with { FailurePercent = 0 };
        if (scenario.Saturate)
            yield return scenario with { Saturate = false };
    }
}
