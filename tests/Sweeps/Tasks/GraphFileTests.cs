using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps;

public sealed class GraphFileTests
{
    private const string Numbers = "TuneGraph.Tests.Sweeps.Numbers";
    private static readonly MethodCatalog _catalog = MethodCatalog.Empty.With(typeof(Numbers));

    [Fact]
    public void What_was_saved_is_loaded_again()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "graph.yaml");
        ImmutableArray<NamedTask> tasks =
        [
            new()
            {
                Key = "a: \"quoted\"",
                Call = MethodCall.Of(() => Sweeps.Numbers.Scale(new[] { 1.0, -2e300 }, 0.1)),
                Settings = new TaskSettings
                {
                    Priority = -2,
                    MaxRetries = 3,
                    Timeout = TimeSpan.FromHours(1),
                    Backoff = new Backoff { Initial = TimeSpan.FromSeconds(2), Factor = 1.5 },
                    Resources = new ResourceVector
                    {
                        Cores = 0.5,
                        MemoryBytes = 1 << 20,
                        Accelerators = 1,
                        Named = ImmutableSortedDictionary<string, double>.Empty.Add("license", 2),
                    },
                },
            },
            new()
            {
                Key = "b",
                Call = new MethodCall
                {
                    Method = $"{Numbers}.Sum",
                    Arguments = [new ResultsArgument("parts", ["a: \"quoted\""])],
                },
                After = ["a: \"quoted\""],
            },
        ];
        GraphFile.Save(path, tasks);
        Assert.Equal(tasks, GraphFile.Load(path, _catalog));
    }

    [Fact]
    public async Task A_graph_in_json_runs()
    {
        var tasks = GraphFile.Parse(
            $$"""
            {"apiVersion": "tunegraph/v1", "kind": "Graph", "tasks": {
              "twice": {"call": "{{Numbers}}.Scale", "with": {"values": {"resultOf": "load"} } },
              "load": {"call": "{{Numbers}}.Load", "with": {"count": 3} } } }
            """,
            "graph.json",
            _catalog);
        await using var graph = new TaskRunner(2);
        var futures = graph.Submit(tasks, _catalog);
        Assert.Equal(new double[] { 0, 2, 4 }, await futures["twice"]);
        Assert.Contains("digraph", tasks.ToDot(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  a:\n    call: N.Sum\n    with: { parts: { resultsOf: [lod] } }\n  load: { call: N.Nothing }",
        "g.yaml(6,34): error TG0401: graph.tasks.a needs 'lod', which is no task of the file (did you mean 'load'?); " +
        "add it or correct the name")]
    [InlineData("  a: { after: [b], call: N.Nothing }\n  b: { after: [a], call: N.Nothing }",
        "g.yaml(4,3): error TG0402: the submission has a cycle: ")]
    [InlineData("  a: { call: N.Nothin }",
        "g.yaml(4,14): error TG0403: method 'N.Nothin' is not in the catalogue (did you mean 'N.Nothing'?)")]
    [InlineData("  a:\n    call: N.Scale\n    with: { value: 1 }",
        "g.yaml(6,11): error TG0404: N.Scale has no single form with the parameters (value); " +
        "it has (Double[] values, Double factor = …)")]
    [InlineData("  a: { with: { why: 1 }, call: N.Fail }",
        "g.yaml(4,14): error TG0404: argument 'why' of N.Fail must be String, not 1")]
    [InlineData("  a: { retrys: 1, call: N.Nothing }",
        "g.yaml(4,8): error TG0103: unknown key 'retrys' in graph.tasks.a (did you mean 'retries'?)")]
    [InlineData("  a: { timeout: 5, call: N.Nothing }", "g.yaml(4,17): error TG0107")]
    [InlineData("  a: { with: { values: [.nan] }, call: N.Scale }", "g.yaml(4,25): error TG0105")]
    [InlineData("  a: { with: { x: { resultOf: 3 } }, call: N.Scale }", "g.yaml(4,31): error TG0102")]
    [InlineData("  a: 3", "g.yaml(4,6): error TG0102")]
    public void A_mistake_is_told_with_its_place(string tasks, string expected)
    {
        var text = $"apiVersion: tunegraph/v1\nkind: Graph\ntasks:\n{tasks}".Replace("N.", $"{Numbers}.", Ordinal);
        var failure = Assert.Throws<GraphFileException>(() => GraphFile.Parse(text, "g.yaml", _catalog));
        Assert.Contains(expected, failure.Message.Replace($"{Numbers}.", "N.", Ordinal), Ordinal);
    }

    [Fact]
    public void A_file_of_another_kind_is_refused() => Assert.Contains(
        "g.yaml(2,7)",
        Assert.Throws<GraphFileException>(() => GraphFile.Parse(
            "apiVersion: tunegraph/v1\nkind: Sweep\ntasks: {}", "g.yaml", _catalog)).Message,
        Ordinal);

    [Fact]
    public void A_duration_that_no_file_can_hold_is_refused() => Assert.Throws<ArgumentException>(() =>
        GraphFile.ToYaml(
    [
        new NamedTask
        {
            Key = "a",
            Call = MethodCall.Of(() => Sweeps.Numbers.Nothing()),
            Settings = new TaskSettings { Timeout = TimeSpan.FromMilliseconds(1500) },
        },
    ]));

    private static StringComparison Ordinal => StringComparison.Ordinal;
}
