using FsCheck.Xunit;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

/// <summary>10,000 random scenarios. The graph checks its invariants after each event, the simulation that nothing runs twice at once.</summary>
public sealed class RandomGraphTests
{
    [Property(MaxTest = 10_000, Arbitrary = [typeof(Scenarios)])]
    public void Whatever_happens_every_task_ends_or_states_why_it_cannot(Scenario scenario)
    {
        var graph = new TaskGraph(scenario.Options);
        scenario.Run(graph);
        foreach (var key in graph.Keys)
            AssertSettled(graph, key);
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Scenarios)])]
    public void The_same_seed_gives_the_same_story(Scenario scenario)
    {
        var (one, other) = (new TaskGraph(scenario.Options), new TaskGraph(scenario.Options));
        Assert.Equal(scenario.Run(one), scenario.Run(other));
        Assert.Equal(one.Story(), other.Story());
    }

    private static void AssertSettled(TaskGraph graph, TaskKey key)
    {
        var state = graph.StateOf(key)!.Value;
        var why = graph.WhyPending(key);
        switch (state)
        {
            case TaskState.Running:
                Assert.Fail($"'{key}' still runs: {why}");
                break;
            case TaskState.Ready:
                Assert.True(CanNeverStart(why), $"'{key}' is ready and does not start: {why}\n{string.Join('\n', graph.Story(key))}");
                break;
            case TaskState.Waiting:
                Assert.StartsWith("waits for ", why, StringComparison.Ordinal);
                Assert.Contains(graph.SpecOf(key)!.Dependencies, dependency => graph.StateOf(dependency) is TaskState.Ready or TaskState.Waiting);
                break;
            case TaskState.Erred or TaskState.Cancelled:
                Assert.False(string.IsNullOrEmpty(graph.ReasonOf(key)));
                break;
        }
    }

    private static bool CanNeverStart(string why) =>
        why.Contains("it can never start on the workers that are there", StringComparison.Ordinal)
        || why.Contains("workers is allowed", StringComparison.Ordinal)
        || why.Contains("paused or retiring", StringComparison.Ordinal)
        || why.Contains("no worker has joined", StringComparison.Ordinal);
}
