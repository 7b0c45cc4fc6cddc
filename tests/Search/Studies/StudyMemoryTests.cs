using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>What studies take of the process's memory, measured while no other test runs.</summary>
[Collection(nameof(Alone))]
public sealed class StudyMemoryTests
{
    /// <summary>
    /// 20 steps, a configuration of one value: at most 900 bytes a trial, of which the steps are 8 + 12 bytes each.
    /// Twice as much was needed when each event was an object.
    /// </summary>
    [Fact]
    public void A_finished_trial_takes_little_memory()
    {
        _ = Filled(100);
        // The median of three: what other tests have left may be freed meanwhile, but not twice.
        Assert.InRange(Enumerable.Range(0, 3).Select(_ => BytesOfTrial(20_000)).Order().ElementAt(1), 200, 900);
    }

    private static long BytesOfTrial(int trials)
    {
        var before = Settled();
        var study = Filled(trials);
        var bytes = (Settled() - before) / trials;
        GC.KeepAlive(study);
        return bytes;
    }

    /// <summary>
    /// Bytes of the heap when it shrinks no more: what hundreds of tests left may free something else in its finalizer,
    /// again and again.
    /// </summary>
    private static long Settled()
    {
        const int MostRounds = 100, Steady = 3, Slack = 100_000;
        var (total, steady) = (long.MaxValue, 0);
        for (var round = 0; round < MostRounds && steady < Steady; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var now = GC.GetTotalMemory(forceFullCollection: true);
            steady = total - now < Slack ? steady + 1 : 0;
            total = now;
        }
        return total;
    }

    private static Study Filled(int trials)
    {
        var study = new Study(new()
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new RandomSampler(),
        });
        for (var k = 0; k < trials; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            for (var step = 1; step <= 20; step++)
                study.Report(k, step, x / step);
            study.Tell(k, TrialState.Completed, x);
        }

        return study;
    }
}
