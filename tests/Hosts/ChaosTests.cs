using TuneGraph.Benchmarks;

namespace TuneGraph.Tests.Hosts;

/// <summary>A short run of what <c>benchmarks -- cluster chaos</c> does for hours.</summary>
public sealed class ChaosTests
{
    private const int LimitMilliseconds = 240_000;

    private const int Seed = 3; // with gangs

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Whatever_is_done_to_the_processes_all_trials_come_out_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var postgres = OwnPostgres.TryStart(RepositoryRoot.Of());
        var run = new ChaosRun(
            Seed,
            trials: 4,
            faults: 4,
            host => Path.Combine(AppContext.BaseDirectory, $"TuneGraph.{host}.dll"),
            RepositoryRoot.Of("examples", "data", "wine.csv.gz"),
            postgres);

        var outcome = await run.RunAsync(TestContext.Current.CancellationToken);

        Assert.True(outcome.Broken.Count == 0, $"{string.Join('\n', outcome.Broken)}\n{outcome.Said}");
        Assert.NotEmpty(outcome.Faults);
    }
}
