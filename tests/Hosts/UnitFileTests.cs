using System.Diagnostics;
using TuneGraph.Tests.Repository;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Hosts;

/// <summary>The units under deploy/systemd.</summary>
public sealed class UnitFileTests
{
    private const string Analyzer = "/usr/bin/systemd-analyze";
    private const int LimitMilliseconds = 120_000;

    public static TheoryData<string> Units => ["scheduler", "worker"];

    [Theory(Timeout = LimitMilliseconds)]
    [MemberData(nameof(Units))]
    public async Task Systemd_finds_no_fault_in_a_unit(string host)
    {
        Assert.SkipUnless(File.Exists(Analyzer), $"There is no {Analyzer}; Debian's package 'systemd' has it.");
        using var folder = new TemporaryFolder();
        // It looks for the program, which may lie elsewhere on this machine.
        var unit = folder[$"tunegraph-{host}.service"];
        await File.WriteAllTextAsync(unit, string.Join('\n', Lines(host)).Replace(
            "/usr/bin/dotnet", "/bin/sh", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        using var analyze = Process.Start(new ProcessStartInfo(Analyzer, ["verify", unit])
        {
            RedirectStandardError = true,
        })!;
        var said = await analyze.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await analyze.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain($"tunegraph-{host}", said, StringComparison.Ordinal);
        Assert.Equal(0, analyze.ExitCode);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [MemberData(nameof(Units))]
    public async Task A_unit_gives_its_host_settings_that_it_has(string host)
    {
        var name = char.ToUpperInvariant(host[0]) + host[1..];
        var start = Lines(host).Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal)).Split(' ');
        var (_, help, _) = await HostProcess.RunAsync(name, ["--help"], TestContext.Current.CancellationToken);

        Assert.EndsWith($"TuneGraph.{name}.dll", start[1], StringComparison.Ordinal);
        Assert.All(
            start.Where(word => word.StartsWith("--", StringComparison.Ordinal)),
            option => Assert.Contains($"  {option} ", help, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Lines(string host) =>
        Checkout.File($"deploy/systemd/tunegraph-{host}.service").Lines;
}
