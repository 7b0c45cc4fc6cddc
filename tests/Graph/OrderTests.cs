using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

/// <summary>The order is judged by the most results that are held at once when one worker runs the graph.</summary>
public sealed class OrderTests(ITestOutputHelper output)
{
    public static TheoryData<string, int> Bounds => new()
    {
        { "tree", 12 }, // Sethi and Ullman: levels + 1, and the sum that is made of two of them
        { "chains", 1 + 100 }, // one link alive, and the ends, which are kept
        { "map-reduce", 10 + 100 }, // one group, and the sums, which are kept
        { "stencil", 2 * 60 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Few_results_are_held_at_once(string shape, int most)
    {
        ImmutableArray<TaskSpec> specs = shape switch
        {
            "tree" => GraphShapes.Tree(10),
            "chains" => GraphShapes.Chains(100, 10),
            "map-reduce" => GraphShapes.MapReduce(100, 10),
            _ => GraphShapes.Stencil(60, 20),
        };
        var held = MostHeld(specs);
        output.WriteLine($"{shape}: {held} of {specs.Length} results at once");
        Assert.True(held <= most, $"{held} results were held at once, expected at most {most}");
    }

    private static int MostHeld(ImmutableArray<TaskSpec> specs)
    {
        var graph = new TaskGraph();
        graph.Apply(new WorkerJoined(new WorkerSpec { Id = "w" }));
        var last = graph.Apply(new TasksSubmitted(specs));
        var most = 0;
        while (last.OfType<StartTask>().FirstOrDefault() is { } start)
        {
            last = graph.Apply(new TaskFinished(start.Key, start.Attempt));
            most = Math.Max(most, graph.CountOf(TaskState.Succeeded) + 1); // and the one that is made next
        }
        return most;
    }
}
