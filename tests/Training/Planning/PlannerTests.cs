using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Predictions by hand-made costs, and what is chosen by them.</summary>
public sealed class PlannerTests
{
    // 1 ms and 10 µs a row: a batch of 400 takes one rank 5 ms, and 4 ranks 2 ms each; 1 MB of parameters.
    private static readonly StepCosts _costs = new()
    {
        BatchSize = 400,
        PassSeconds = 1e-3,
        RowSeconds = 10e-6,
        OptimizerSeconds = 0.4e-3,
        ParameterBytes = 1_000_000,
        OptimizerStates = 2,
    };

    private static readonly LinkCost _quick = new(10e-6, 10e9);
    private static readonly LinkCost _slow = new(1e-3, 50e6);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, (2 * 10e-6) + (1.0 * 1e6 / 1e9))]
    [InlineData(4, (6 * 10e-6) + (1.5 * 1e6 / 1e9))]
    [InlineData(8, (14 * 10e-6) + (1.75 * 1e6 / 1e9))]
    public void A_ring_takes_as_long_as_the_formula_says(int ranks, double seconds) =>
        Assert.Equal(seconds, new LinkCost(10e-6, 1e9).AllReduceSeconds(1e6, ranks), 1e-12);

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void A_probe_finds_the_link_that_its_times_are_of(int ranks)
    {
        var link = new LinkCost(25e-6, 1.25e9);

        var found = LinkCost.Of(link.AllReduceSeconds(0, ranks), link.AllReduceSeconds(1 << 20, ranks), 1 << 20, ranks);

        Assert.Equal(link.LatencySeconds, found.LatencySeconds, 1e-12);
        Assert.Equal(1, found.BytesPerSecond / link.BytesPerSecond, 1e-9);
        Assert.Equal(0, LinkCost.Of(1, 2, 8, 1).AllReduceSeconds(1e9, 1));
    }

    [Fact]
    public void Steps_are_computing_and_exchanging_and_the_optimizer()
    {
        // 4 ranks: 2 ms + 60 µs + 1.5 · 1 MB / 10 GB/s = 150 µs + 0.4 ms; one rank 5.4 ms.
        var data = StrategyPlanner.Predict(_costs, _quick, new(PlanKind.Data, 4));
        Assert.Equal(2.61e-3, data.StepSeconds, 1e-9);
        Assert.Equal(5.4 / (4 * 2.61), data.Efficiency, 1e-6);
        Assert.Equal(4_000_000, data.MemoryBytes);

        // The optimizer's share is a quarter.
        var zero = StrategyPlanner.Predict(_costs, _quick, new(PlanKind.DividedGradients, 4));
        Assert.Equal(2.31e-3, zero.StepSeconds, 1e-9);
        Assert.Equal(1_750_000, zero.MemoryBytes);

        // One exchange in five steps.
        var local = StrategyPlanner.Predict(_costs, _quick, new(PlanKind.LocalSteps, 4, 5));
        Assert.Equal(2.442e-3, local.StepSeconds, 1e-9);

        // Beside the backward pass all but a tenth of the exchange is hidden.
        var hidden = StrategyPlanner.Predict(_costs, _quick, new(PlanKind.Data, 4), overlaps: true);
        Assert.Equal(2.421e-3, hidden.StepSeconds, 1e-9);

        // The slowest of four: √(2 ln 4) = 1.665 deviations late.
        var varied = StrategyPlanner.Predict(_costs with { Variation = 0.5 }, _quick, new(PlanKind.Data, 4));
        Assert.Equal(2.61e-3 + (2e-3 * 0.5 * 1.66511), varied.StepSeconds, 1e-7);

        var alone = StrategyPlanner.Predict(_costs, _slow, new(PlanKind.LocalSteps, 1, 8));
        Assert.Equal((5.4e-3, 1.0), (alone.StepSeconds, alone.Efficiency));
    }

    [Fact]
    public void A_quick_link_trains_exactly()
    {
        var plan = Plan(_costs, _quick, new PlanLimits { WorldSize = 4 });

        Assert.True(plan.Chosen.Candidate.IsExact);
        Assert.Equal(4, plan.Chosen.Candidate.WorldSize);
        Assert.Contains("exact", plan.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_link_is_used_every_few_steps_only()
    {
        var plan = Plan(_costs, _slow, new PlanLimits { WorldSize = 4 });

        Assert.Equal(new PlanCandidate(PlanKind.LocalSteps, 4, 8), plan.Chosen.Candidate);
        Assert.Contains("has an efficiency of", plan.Why, StringComparison.Ordinal);
        Assert.StartsWith("model-average, 8 local steps, 4 ranks: ", plan.Chosen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_not_chosen()
    {
        var divided = Plan(_costs, _quick, new PlanLimits { WorldSize = 4, MemoryBytes = 2_000_000 });
        var none = Plan(_costs, _quick, new PlanLimits { WorldSize = 4, MemoryBytes = 1 });

        Assert.Equal(PlanKind.DividedGradients, divided.Chosen.Candidate.Kind);
        Assert.Equal(PlanKind.DividedGradients, none.Chosen.Candidate.Kind);
        Assert.Contains("none fits", none.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_better_world_size_is_told()
    {
        var plan = Plan(_costs, _quick, new PlanLimits { WorldSize = 1 });

        Assert.Contains("; with worldSize 4 a step would take", plan.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_world_size_without_predictions_is_refused() => Assert.Throws<ArgumentException>(
        () => Plan(_costs, _quick, new PlanLimits { WorldSize = 3 }));

    private static TrainingPlan Plan(StepCosts costs, LinkCost link, PlanLimits limits)
    {
        PlanCandidate[] candidates =
        [
            new(PlanKind.Data, 1), new(PlanKind.Data, 4), new(PlanKind.DividedOptimizer, 4),
            new(PlanKind.DividedGradients, 4), new(PlanKind.BoundedStaleness, 4), new(PlanKind.LocalSteps, 4, 8),
        ];
        return StrategyPlanner.Choose(
            [.. candidates.Select(candidate => StrategyPlanner.Predict(costs, link, candidate))], limits);
    }
}
