using TuneGraph.Graph;
using static TuneGraph.Tests.Graph.GraphHost;

namespace TuneGraph.Tests.Graph;

public sealed class GraphPictureTests
{
    private readonly GraphHost _host = new();

    public GraphPictureTests()
    {
        _host.Join("w1", slots: 2);
        _host.Submit(Spec("load \"x\""), Gang("train", 2) with { Dependencies = ["load \"x\""] });
        _host.Finish("load \"x\"");
    }

    [Fact]
    public void Dot_shows_tasks_states_and_arrows()
    {
        var dot = _host.Graph.ToDot();
        Assert.Contains("t0 [label=\"load \\\"x\\\"\\nSucceeded\", fillcolor=\"#8fd9b6\"];", dot, StringComparison.Ordinal);
        Assert.Contains("t1 [label=\"train ×2\\nRunning\\nw1\"", dot, StringComparison.Ordinal);
        Assert.Contains("t0 -> t1;", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void Mermaid_shows_tasks_states_and_arrows()
    {
        var mermaid = _host.Graph.ToMermaid();
        Assert.StartsWith("flowchart BT\n  t0(\"load #quot;x#quot;<br/>Succeeded\"):::Succeeded\n", mermaid, StringComparison.Ordinal);
        Assert.Contains("  t0 --> t1\n", mermaid, StringComparison.Ordinal);
        Assert.Contains("  classDef Erred fill:#f2a48f\n", mermaid, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_graph_is_cut_and_says_so()
    {
        Assert.Contains("… and 1 more", _host.Graph.ToDot(maxTasks: 1), StringComparison.Ordinal);
        Assert.DoesNotContain("->", _host.Graph.ToDot(maxTasks: 1), StringComparison.Ordinal);
    }
}
