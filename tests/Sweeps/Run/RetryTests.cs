using System.Collections.Concurrent;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>Whether a trial that fails is tried again, and which failures count.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(0, TrialState.Failed, 1)]
    [InlineData(1, TrialState.Failed, 2)]
    [InlineData(2, TrialState.Completed, 3)]
    [InlineData(5, TrialState.Completed, 3)]
    public async Task A_trial_that_fails_twice_needs_two_retries(int max, TrialState expected, int attempts)
    {
        var (result, store) = await RunAsync(
            new RetrySpec { Max = max, Backoff = TimeSpan.FromMilliseconds(1) },
            calls => calls < 3 ? throw new IOException($"call {calls}") : 1);

        Assert.Equal(expected, result.Trials[0].State);
        Assert.Equal(attempts, store.Load("f")!.Attempts.Count(attempt => attempt.Trial == 0));
        if (expected == TrialState.Failed)
            Assert.Equal($"IOException: call {attempts}", result.Trials[0].Reason);
    }

    [Theory]
    [InlineData(RetryReason.OutOfMemory, TrialState.Completed)]
    [InlineData(RetryReason.Failed, TrialState.Failed)]
    public async Task Only_the_failures_that_were_named_are_tried_again(RetryReason reason, TrialState expected)
    {
        var (result, store) = await RunAsync(
            new RetrySpec { Max = 3, On = [reason] },
            calls => calls == 1 ? throw new InsufficientMemoryException("no room") : 1);

        Assert.Equal(expected, result.Trials[0].State);
        Assert.Equal("out of memory: no room", store.Load("f")!.Attempts.First(a => a.Trial == 0).Reason);
    }

    [Fact]
    public void A_sweep_file_says_it()
    {
        using var folder = new TemporaryFolder();
        var path = Cli.WineSweepFile.Write(
            folder["wine.yaml"], extra: "retry: {max: 2, backoff: 10s, on: [outOfMemory]}");

        var expected = new RetrySpec
        {
            Max = 2,
            Backoff = TimeSpan.FromSeconds(10),
            On = [RetryReason.OutOfMemory],
        };
        Assert.Equal(expected, SweepFile.Load(path).Retry);
        Assert.Equal(new RetrySpec(), SweepFile.Load(Cli.WineSweepFile.Write(folder["wine.yaml"])).Retry);
    }

    private static async Task<(SweepResult Result, MemoryStudyStore Store)> RunAsync(
        RetrySpec retry, Func<int, double> objective)
    {
        var calls = new ConcurrentDictionary<int, int>();
        var spec = Sweep
            .Named("f")
            .Minimize("v")
            .Parallel(2)
            .Trials(2)
            .Build((trial, _) =>
            {
                trial.Float("x", 0, 1);
                var count = calls.AddOrUpdate(trial.Number, 1, (_, before) => before + 1);
                return ValueTask.FromResult(trial.Number == 0 ? objective(count) : 2);
            });
        var store = new MemoryStudyStore();
        var run = new SweepRunner(spec with { Retry = retry }, new SweepRunOptions { Store = store });
        return (await run.RunAsync(), store);
    }
}
