using TuneGraph.Graph;
using static TuneGraph.Tests.Graph.GraphHost;

namespace TuneGraph.Tests.Graph;

public sealed class GraphOptimizerTests
{
    [Fact]
    public void What_no_wanted_result_needs_is_culled()
    {
        var culled = GraphOptimizer.Cull([Spec("a"), Spec("b", "a"), Spec("c", "a"), Spec("d", "c")], ["b"]);
        Assert.Equal(["a", "b"], culled.Tasks.Select(spec => spec.Key.Value));
        Assert.Equal(["c", "d"], culled.Culled.Select(key => key.Value));
    }

    [Fact]
    public void A_wanted_task_that_is_not_there_is_refused() =>
        Assert.Throws<GraphException>(() => GraphOptimizer.Cull([Spec("a")], ["b"]));

    [Fact]
    public void Two_trials_that_share_a_prefix_run_it_once()
    {
        // Two trials of two segments each; the first segments have the same content.
        var second = TimeSpan.FromSeconds(1);
        var optimized = GraphOptimizer.Optimize(
        [
            Spec("t1.seg-0") with { ContentKey = "hash0", EstimatedDuration = second },
            Spec("t1.seg-1", "t1.seg-0") with { ContentKey = "hash1", EstimatedDuration = second },
            Spec("t2.seg-0") with { ContentKey = "hash0", EstimatedDuration = second, Priority = 3 },
            Spec("t2.seg-1", "t2.seg-0") with { ContentKey = "hash2", EstimatedDuration = second },
        ]);
        Assert.Equal(["t1.seg-0", "t1.seg-1", "t2.seg-1"], optimized.Tasks.Select(spec => spec.Key.Value));
        Assert.Equal("t1.seg-0", optimized.Tasks[2].Dependencies.Single().Value);
        Assert.Equal(3, optimized.Tasks[0].Priority);
        Assert.Equal("t1.seg-0", optimized.Resolve("t2.seg-0").Value);
        Assert.Equal(second, optimized.SavedDuration);
    }

    [Fact]
    public void A_wanted_result_that_others_read_is_kept()
    {
        var optimized = GraphOptimizer.Optimize([Spec("a"), Spec("b", "a")], ["a", "b"]);
        Assert.True(optimized.Tasks.Single(spec => spec.Key == "a").KeepResult);
        Assert.False(optimized.Tasks.Single(spec => spec.Key == "b").KeepResult);
    }

    [Fact]
    public void A_linear_chain_becomes_one_task_named_after_its_end()
    {
        var fused = GraphOptimizer.Fuse([Spec("load"), Spec("clean", "load"), Spec("x", "clean"), Spec("y", "clean")], []);
        Assert.Equal(["clean", "x", "y"], fused.Tasks.Select(spec => spec.Key.Value));
        Assert.Equal(["load", "clean"], fused.Chains["clean"].Select(key => key.Value));
        Assert.Equal("load+clean", fused.Tasks[0].Family);
        Assert.Empty(fused.Tasks[0].Dependencies);
    }

    [Fact]
    public void Tasks_that_ask_for_different_things_are_not_fused()
    {
        var gpu = new ResourceVector { Accelerators = 1 };
        var fused = GraphOptimizer.Fuse([Spec("load"), Spec("train", "load") with { Resources = gpu }], []);
        Assert.Equal(2, fused.Tasks.Length);
        Assert.Empty(fused.Chains);
    }

    [Fact]
    public void A_long_chain_fuses_in_linear_time_and_without_recursion()
    {
        var specs = Enumerable.Range(0, 50_000).Select(index => index == 0 ? Spec("c-0") : Spec($"c-{index}", $"c-{index - 1}"));
        var optimized = GraphOptimizer.Optimize([.. specs]);
        Assert.Equal(50_000, optimized.Chains[optimized.Tasks.Single().Key].Length);
    }
}
