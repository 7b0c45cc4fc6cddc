using FsCheck.Xunit;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

/// <summary>What is computed again after a death is compared with the least that lineage needs, worked out from outside.</summary>
public sealed class LineageTests
{
    [Property(MaxTest = 2_000, Arbitrary = [typeof(Scenarios)])]
    public void A_death_makes_exactly_those_tasks_open_that_the_open_ones_need(Scenario scenario)
    {
        var graph = new TaskGraph(scenario.Options with { KillsToPoison = 1000 });
        var calm = scenario with { Cancels = 0, FailurePercent = 0 };
        calm.Run(graph, until: TimeSpan.FromSeconds(scenario.Seed % 40));
        if (!graph.Workers.Any())
            return;
        var victim = graph.Workers.OrderBy(worker => worker.Value).ElementAt(scenario.Seed % graph.Workers.Count());
        var expected = OpenAfterLosing(graph, victim);
        if (expected.SelectMany(key => graph.SpecOf(key)!.Dependencies).Any(key => graph.StateOf(key) is TaskState.Erred))
            return; // computed once, timed out when it was computed again: what needs it fails

        graph.Apply(new WorkerLost(victim, "killed"));

        Assert.Equal(
            expected.Select(key => key.Value).Order(),
            graph.Keys.Where(key => IsOpen(graph, key)).Select(key => key.Value).Order());
    }

    /// <summary>The least that has to be open after a death, from what the graph tells about itself before it.</summary>
    internal static HashSet<TaskKey> OpenAfterLosing(TaskGraph graph, WorkerId victim)
    {
        var lost = graph.Keys.Where(key => graph.HoldersOf(key) is [var only] && only == victim).ToHashSet();
        var stays = graph.Keys.Where(key => graph.StateOf(key) == TaskState.Running && graph.RanksOf(key).All(rank => rank.Worker != victim));
        var open = stays.ToHashSet();
        var stack = new Stack<TaskKey>(graph.Keys.Where(key => IsOpen(graph, key) && !open.Contains(key)));
        foreach (var key in lost.Where(key => graph.SpecOf(key)!.KeepResult || graph.DependentsOf(key).IsEmpty))
            stack.Push(key);
        while (stack.TryPop(out var key))
        {
            if (!open.Add(key))
                continue;
            foreach (var dependency in graph.SpecOf(key)!.Dependencies)
            {
                if (lost.Contains(dependency) || graph.StateOf(dependency) == TaskState.Released)
                    stack.Push(dependency);
            }
        }
        return open;
    }

    internal static bool IsOpen(TaskGraph graph, TaskKey key) => graph.StateOf(key) <= TaskState.Running;
}
