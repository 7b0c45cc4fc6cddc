using System.Text.Json;
using System.Text.RegularExpressions;
using TuneGraph.Tests.Cli;
using TuneGraph.Tests.Sweeps;
using TuneGraph.Training;

namespace TuneGraph.Tests.Examples;

/// <summary>Each example of a strategy runs as it stands, but for the number of its trials and epochs.</summary>
[Trait("Category", "Slow")]
public sealed class StrategyExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, double, double> Examples => new()
    {
        { "data.yaml", "test_accuracy", 0.85, 1 },
        { "auto.yaml", "test_accuracy", 0.85, 1 },
        { "kmeans.yaml", "test_accuracy", 0.6, 1 },
        { "cocoa.yaml", "test_accuracy", 0.9, 1 },
        { "model-average.yaml", "test_accuracy", 0.85, 1 },
        { "federated.yaml", "test_accuracy", 0.8, 1 },
        { "parameter-server.yaml", "test_accuracy", 0.8, 1 },
        { "pipeline.yaml", "test_accuracy", 0.85, 1 },
        { "tensor.yaml", "test_accuracy", 0.85, 1 },
        { "mixed.yaml", "test_accuracy", 0.85, 1 },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_of_a_strategy_leaves_a_model_that_has_learned(
        string name, string metric, double least, double most)
    {
        var sweep = Shortened(name);

        var run = await Invocation.OfAsync("run", sweep, "--output", _folder["out"], "--parallel", "1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var metrics = JsonDocument.Parse(File.ReadAllText(_folder["out/metrics.json"])).RootElement;
        Assert.InRange(metrics.GetProperty("test").GetProperty(metric).GetDouble(), least, most);
        Assert.NotEmpty(TrainedModel.Load(_folder["out/model.safetensors"]).Schema.FeatureNames);
    }

    [Fact]
    public async Task The_report_tells_what_auto_predicted_beside_what_was_measured()
    {
        var run = await Invocation.OfAsync(
            "run", Shortened("auto.yaml"), "--output", _folder["out"], "--parallel", "1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = File.ReadAllText(_folder["out/report.md"]);
        Assert.Contains("## How the ranks worked together", report, StringComparison.Ordinal);
        Assert.Matches(@"- Trial \d, step 1: predicted ", report);
        Assert.Matches(@"- Trial \d, step 1: chosen ", report);
        Assert.Equal(3, Regex.Count(report, @"\| \d \| \S+ ms \| \S+ ms \| \d+\.\d\d \|"));
    }

    [Fact]
    public void Every_example_of_a_strategy_is_run() => Assert.Equal(
        Directory.EnumerateFiles(RepositoryRoot.Of("examples", "strategies"), "*.yaml")
            .Select(Path.GetFileName).Order(),
        Examples.Select(row => row.Data.Item1).Order());

    /// <summary>The example with three trials.</summary>
    private string Shortened(string name)
    {
        var text = File.ReadAllText(RepositoryRoot.Of("examples", "strategies", name))
            .Replace("../data/", RepositoryRoot.Of("examples", "data") + "/", StringComparison.Ordinal);
        var budget = text.Split('\n').Single(line => line.StartsWith("budget:", StringComparison.Ordinal));
        var path = _folder["sweep.yaml"];
        File.WriteAllText(path, text.Replace(budget, "budget: {trials: 3}", StringComparison.Ordinal));
        return path;
    }
}
