using System.Diagnostics;
using System.Text.Json;
using TuneGraph.Tests.Cli;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Examples;

/// <summary>What the README shows works as it is shown.</summary>
[Trait("Category", "Slow")]
public sealed class ExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_digits_sweep_finds_a_network_that_reads_97_of_100_unseen_digits()
    {
        var sweep = RepositoryRoot.Of("examples", "digits.yaml");

        // One trial at a time: then the outcome does not depend on which of two finishes first.
        var run = await Invocation.OfAsync("run", sweep, "--output", _folder["out"], "--parallel", "1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var metrics = JsonDocument.Parse(File.ReadAllText(_folder["out/metrics.json"])).RootElement;
        Assert.InRange(metrics.GetProperty("test").GetProperty("test_accuracy").GetDouble(), 0.97, 1);
    }

    [Fact]
    public async Task The_convolutional_sweep_reads_97_of_100_unseen_digits()
    {
        var sweep = RepositoryRoot.Of("examples", "digits-cnn.yaml");

        var run = await Invocation.OfAsync("run", sweep, "--output", _folder["out"], "--parallel", "1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var metrics = JsonDocument.Parse(File.ReadAllText(_folder["out/metrics.json"])).RootElement;
        Assert.InRange(metrics.GetProperty("test").GetProperty("test_accuracy").GetDouble(), 0.97, 1);
    }

    [Fact]
    public async Task The_diabetes_sweep_explains_more_than_the_mean_does()
    {
        var sweep = RepositoryRoot.Of("examples", "diabetes.yaml");

        var run = await Invocation.OfAsync("run", sweep, "--output", _folder["out"], "--parallel", "1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var metrics = JsonDocument.Parse(File.ReadAllText(_folder["out/metrics.json"])).RootElement;
        Assert.InRange(metrics.GetProperty("test").GetProperty("test_r2").GetDouble(), 0.3, 1);
    }

    [Fact]
    public void The_branin_script_finds_one_of_the_minima()
    {
        var output = RunScript("branin.cs");

        Assert.Matches(@"^best value 0\.(39|4)\d* in trial \d+: x=", output);
    }

    [Fact]
    public void The_digits_script_leaves_a_model()
    {
        var output = RunScript("digits.cs", _folder["out"]);

        Assert.Contains("test_accuracy 0.9", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/model.safetensors"]));
    }

    private static string RunScript(string name, params string[] args)
    {
        var info = new ProcessStartInfo("dotnet", ["run", RepositoryRoot.Of("examples", name), "--", .. args])
        {
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardOutput = true,
        };

        // The test run's own settings are not the script's.
        foreach (
            var variable in info
                .Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.Ordinal))
                .ToList()
        )
            info.Environment.Remove(variable);
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
