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
        const int Trials = 20_000;
        _ = Filled(100);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var study = Filled(Trials);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Trials;
        GC.KeepAlive(study);
        Assert.InRange(bytes, 200, 900);
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
