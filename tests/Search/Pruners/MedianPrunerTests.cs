using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class MedianPrunerTests : PrunerConformance
{
    [Property(MaxTest = 100)]
    public void It_stops_what_the_definition_stops(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 9, "median");
        var options = new MedianOptions
        {
            StartupTrials = (int)random.NextInt64(5),
            WarmupSteps = (int)random.NextInt64(4),
            Interval = 1 + (int)random.NextInt64(3),
        };
        var direction = (Direction)random.NextInt64(2);
        var study = new Study(new()
        {
            Space = SearchSpace.Empty,
            Sampler = new RandomSampler(),
            Pruner = new MedianPruner(options),
            Direction = direction,
        });
        for (var k = 0; k < 25; k++)
        {
            study.Ask();
            for (var step = 0; step < 8; step++)
            {
                if (random.NextInt64(4) == 0)
                    continue; // not every step is reported
                var decision = study.Report(k, step, Math.Round(random.NextDouble(), 1)); // with ties
                Assert.Equal(ByDefinition(study, k, step, options), decision.Verdict == Verdict.Stop);
            }

            study.Tell(k, random.NextInt64(4) == 0 ? TrialState.Pruned : TrialState.Completed, 1);
        }
    }

    [Fact]
    public void The_reason_names_the_numbers()
    {
        var study = new Study(new()
        {
            Space = SearchSpace.Empty,
            Sampler = new RandomSampler(),
            Pruner = new MedianPruner(new() { StartupTrials = 3 }),
            Direction = Direction.Maximize,
        });
        double[] others = [0.9, 0.5, 0.377];
        for (var k = 0; k < 3; k++)
        {
            study.Ask();
            study.Report(k, 7, others[k]);
            study.Tell(k, TrialState.Completed, others[k]);
        }

        study.Ask();
        Assert.Equal(
            new PruneDecision(Verdict.Stop, "step 7: 0.412 is below the median 0.5 of 3 trials"),
            study.Report(3, 7, 0.412));
        study.Ask();
        Assert.Equal(
            new PruneDecision(Verdict.Continue, "step 7: 0.5 is level with the median 0.5 of 3 trials"),
            study.Report(4, 7, 0.5));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MedianOptions { StartupTrials = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MedianOptions { WarmupSteps = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MedianOptions { Interval = 0 });
    }

    protected override Pruner Make() => new MedianPruner();

    /// <summary>Optuna's <c>PercentilePruner.prune</c> at 50 %, written out.</summary>
    private static bool ByDefinition(Study study, int number, int step, MedianOptions options)
    {
        var completed = study.Trials.Where(t => t.State == TrialState.Completed).ToList();
        if (completed.Count == 0 || completed.Count < options.StartupTrials || step < options.WarmupSteps)
            return false;
        var nearest = ((step - options.WarmupSteps) / options.Interval * options.Interval) + options.WarmupSteps;
        var trial = study.Trials[number];
        if (trial.IntermediateValues.Where(v => v.Step != step).Select(v => v.Step).DefaultIfEmpty(-1).Max() >= nearest)
            return false;
        var values = completed.SelectMany(t => t.IntermediateValues)
            .Where(v => v.Step == step).Select(v => v.Value).Order().ToList();
        if (values.Count == 0)
            return false;
        var median = (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
        return study.Options.Direction == Direction.Minimize
            ? trial.IntermediateValues.Min(v => v.Value) > median
            : trial.IntermediateValues.Max(v => v.Value) < median;
    }
}
