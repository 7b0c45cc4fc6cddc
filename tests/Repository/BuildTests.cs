using System.Diagnostics;

namespace TuneGraph.Tests.Repository;

/// <summary>What the build promises, tried with real builds of small projects in a folder of their own.</summary>
[Trait("Category", "Slow")]
public sealed class BuildTests : IDisposable
{
    private const int LimitMilliseconds = 600_000;

    private static readonly string[] _rules =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".editorconfig", "global.json",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tunegraph-build-");
    private readonly DirectoryInfo _scripts = Directory.CreateTempSubdirectory("tunegraph-scripts-");

    public BuildTests()
    {
        foreach (var rule in _rules)
            File.Copy(Checkout.PathOf(rule), PathOf(rule));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_reference_against_the_layers_stops_the_build()
    {
        WriteProject("TuneGraph.Cli");
        WriteProject("TuneGraph.Graph", references: "TuneGraph.Cli");
        var (exitCode, output) = await DotnetAsync(
            ["build", PathOf("TuneGraph.Graph/TuneGraph.Graph.csproj"), "-nologo"],
            TestContext.Current.CancellationToken);
        Assert.True(exitCode == 1, output);
        Assert.Contains(
            "error TGL001: TuneGraph.Graph may not reference TuneGraph.Cli", output, StringComparison.Ordinal);
        Assert.DoesNotContain("TuneGraph.Graph.dll", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_reference_along_the_layers_passes()
    {
        WriteProject("TuneGraph.Collectives");
        WriteProject("TuneGraph.Training", references: "TuneGraph.Collectives");
        var (exitCode, output) = await DotnetAsync(
            ["msbuild", PathOf("TuneGraph.Training/TuneGraph.Training.csproj"), "-t:CheckLayers", "-nologo"],
            TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_script_in_examples_runs_and_leaves_nothing_behind()
    {
        Directory.CreateDirectory(PathOf("examples"));
        File.Copy(Checkout.PathOf("examples/Directory.Build.props"), PathOf("examples/Directory.Build.props"));
        await File.WriteAllTextAsync(
            PathOf("examples/hello.cs"),
            $"""
            #:project {Checkout.PathOf("sweeps/TuneGraph.csproj")}
            using System.Text;
            Console.WriteLine(typeof(TuneGraph.Sweep).Name + args[0]);
            """,
            TestContext.Current.CancellationToken);
        var before = Contents();
        var (exitCode, output) = await DotnetAsync(
            ["run", "examples/hello.cs", "--", "!"], TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output);
        Assert.EndsWith("Sweep!", output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _scripts.Delete(recursive: true);
    }

    private string PathOf(string relative) => Path.Combine(_folder.FullName, relative);

    private List<string> Contents() =>
        [.. _folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(entry => entry.FullName).Order()];

    private void WriteProject(string name, params string[] references)
    {
        Directory.CreateDirectory(PathOf(name));
        var items = references.Select(other => $"<ProjectReference Include=\"../{other}/{other}.csproj\" />");
        File.WriteAllText(
            PathOf($"{name}/{name}.csproj"),
            $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{string.Concat(items)}</ItemGroup></Project>");
    }

    private async Task<(int ExitCode, string Output)> DotnetAsync(
        string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["XDG_DATA_HOME"] = _scripts.FullName, // where the SDK builds scripts
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await error);
    }
}
