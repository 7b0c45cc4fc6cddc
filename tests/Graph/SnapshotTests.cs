using System.Collections.Immutable;
using FsCheck.Xunit;
using TuneGraph.Graph;
using static TuneGraph.Tests.Graph.GraphHost;

namespace TuneGraph.Tests.Graph;

public sealed class SnapshotTests
{
    [Property(MaxTest = 1_000, Arbitrary = [typeof(Scenarios)])]
    public void A_graph_restored_from_json_gives_the_same_instructions_as_the_one_that_was_saved(Scenario scenario)
    {
        var events = new List<GraphEvent>();
        scenario.Run(new TaskGraph(scenario.Options), record: events.Add);
        var cut = scenario.Seed % events.Count;
        var original = new TaskGraph(scenario.Options);
        foreach (var @event in events.Take(cut))
            original.Apply(@event);

        var snapshot = original.Snapshot();
        var restored = TaskGraph.Restore(GraphSnapshot.FromJson(snapshot.ToJson()), scenario.Options);

        Assert.Equal(WithoutStory(snapshot), WithoutStory(restored.Snapshot()));
        Assert.Equal(snapshot.Story.Select(step => step with { Number = 0 }), restored.Story()
            .Select(step => step with { Number = 0 }));
        restored.Validate();
        foreach (var @event in events.Skip(cut))
            Assert.Equal(original.Apply(@event).Select(Words), restored.Apply(@event).Select(Words));
    }

    // Here a worker dies whose room is reserved while no other is idle: the reservation must die with it.
    [Fact]
    public void A_snapshot_taken_after_a_reserved_worker_is_lost_can_be_restored() =>
        A_graph_restored_from_json_gives_the_same_instructions_as_the_one_that_was_saved(
            new Scenario(841025393, Tasks: 16, Workers: 2, Kills: 5, Cancels: 3, 0, 0, Saturate: true));

    [Fact]
    public void A_text_that_is_no_snapshot_is_refused() =>
        Assert.Throws<GraphException>(() => GraphSnapshot.FromJson("{\"Version\": 1}"));

    [Fact]
    public void A_snapshot_of_another_version_is_refused()
    {
        var json = new TaskGraph().Snapshot().ToJson()
            .Replace("\"Version\":1", "\"Version\":99", StringComparison.Ordinal);
        Assert.Contains("version 99", Assert.Throws<GraphException>(() => GraphSnapshot.FromJson(json))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_a_spec_says_survives()
    {
        var spec = Spec("t", "a") with
        {
            Priority = -3,
            Ranks = 2,
            Placement = GangPlacement.DistinctWorkers,
            Resources = new ResourceVector
            {
                Cores = 0.5,
                MemoryBytes = 7,
                Accelerators = 1,
                Named = ImmutableSortedDictionary<string, double>.Empty.Add("license", 1.5)
            },
            Constraints = new WorkerConstraints
            {
                Labels = ["x"],
                Only = ["w1", "w2"],
                Excluded = ["w3"],
                Preferred = ["w2"]
            },
            MaxRetries = 4,
            Backoff = new Backoff { Initial = TimeSpan.FromSeconds(1), Factor = 3, Maximum = TimeSpan.FromSeconds(9) },
            Timeout = TimeSpan.FromTicks(12345),
            Family = "f",
            EstimatedDuration = TimeSpan.FromDays(2),
            EstimatedBytes = long.MaxValue,
            KeepResult = true,
            ContentKey = "hash",
        };
        var graph = new TaskGraph();
        graph.Apply(new TasksSubmitted([Spec("a"), spec]));
        var restored = TaskGraph.Restore(GraphSnapshot.FromJson(graph.Snapshot().ToJson()));
        Assert.Equal(spec, restored.SpecOf("t"));
        Assert.Equal(graph.Story("t"), restored.Story("t"));
    }

    /// <summary>Steps of forgotten tasks are left out, and the rest numbered anew.</summary>
    private static string WithoutStory(GraphSnapshot snapshot) => (snapshot with { Story = [] }).ToJson();

    private static string Words(Instruction instruction) => instruction switch
    {
        StartTask start => $"{start with { Ranks = [] }} {string.Join(' ', start.Ranks)}",
        ReleaseGang release => $"{release with { Survivors = [] }} {string.Join(' ', release.Survivors)}",
        ReleaseResult release => $"{release with { Holders = [] }} {string.Join(' ', release.Holders)}",
        SpillResults spill => $"{spill with { Keys = [] }} {string.Join(' ', spill.Keys)}",
        _ => instruction.ToString(),
    };
}
