using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>The strategy that chooses, and changes its mind.</summary>
public sealed class AutoTrainingTests
{
    private static TrainingSpec Spec => ExchangeRuns.Spec with { Strategy = new AutoStrategy { ProbeSteps = 4 } };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Auto_picks_what_is_allowed_and_says_why(int worldSize)
    {
        var reports = Run(Spec, worldSize);

        var plan = reports[0].Plan!;
        Assert.Contains(plan.Chosen, plan.Predictions);
        Assert.Equal(worldSize, plan.Chosen.Candidate.WorldSize);
        Assert.Contains(reports[0].Notes, note => note.StartsWith("chosen ", StringComparison.Ordinal)
            && note.Contains(plan.Why, StringComparison.Ordinal));
        var measures = reports[^1].Measures.ToDictionary();
        Assert.Equal(6, reports[^1].Epoch);
        Assert.True(measures["predicted_step_ms"] > 0 && measures["measured_step_ms"] > 0);
        Assert.True(reports[^1].TrainLoss < reports[0].TrainLoss);
    }

    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public void With_16_bits_auto_keeps_to_what_knows_them(Precision precision)
    {
        var wary = new AutoStrategy { ProbeSteps = 4, StalenessAbove = 1e-9, LocalAbove = 1e-9 };

        var reports = Run(Spec with { Strategy = wary, Precision = precision }, 2);

        Assert.All(reports[0].Plan!.Predictions, prediction => Assert.True(
            prediction.Candidate.Kind is not (PlanKind.BoundedStaleness or PlanKind.LocalSteps)));
        Assert.DoesNotContain(reports[^1].Measures, measure => measure.Key == "staleness_mean");
        Assert.True(reports[^1].TrainLoss < reports[0].TrainLoss);
    }

    [Fact]
    public void What_may_not_change_results_equals_one_rank()
    {
        // Thresholds that any times pass: it is forbidden all the same.
        var strategy = new AutoStrategy
        {
            ProbeSteps = 4,
            MayChangeResults = false,
            StalenessAbove = 1e-9,
            LocalAbove = 1e-9,
        };

        var difference = ModelWeights.Difference<double>(
            ExchangeRuns.Run(1, ExchangeRuns.Spec, inDouble: true)[0],
            ExchangeRuns.Run(3, Spec with { Strategy = strategy }, inDouble: true)[0]);

        Assert.InRange(difference, 0, 1e-12);
    }

    [Fact]
    public void Steps_that_vary_are_waited_for_less_and_it_is_said()
    {
        var strategy = new AutoStrategy { ProbeSteps = 4, StalenessAbove = 1e-9, LocalAbove = 1e9 };

        var reports = Run(Spec with { Strategy = strategy }, 2);

        Assert.Equal([1, 2, 3, 4, 5, 6], reports.Select(report => report.Epoch));
        Assert.Contains(reports[1].Notes, note => note.EndsWith("with bounded staleness", StringComparison.Ordinal));
        Assert.Contains(reports[2].Measures, measure => measure.Key == "staleness_mean");
        Assert.True(reports[^1].TrainLoss < reports[1].TrainLoss);
    }

    [Fact]
    public void Steps_that_vary_no_more_are_waited_for_again()
    {
        var wary = new AutoStrategy { ProbeSteps = 4, StalenessAbove = 1e-9, LocalAbove = 1e9 };
        var stale = Checkpoint.FromBytes(ExchangeRuns.Run(2, Spec with { Strategy = wary }, until: 3)[0]);
        var reports = new List<EpochReport>();

        var calm = Checkpoint.FromBytes(ExchangeRuns.Run(
            2, Spec with { Strategy = wary with { StalenessAbove = 1e9, LocalAbove = 2e9 } }, start: stale,
            onEpoch: report =>
            {
                reports.Add(report);
                return EpochVerdict.Continue;
            })[0]);

        Assert.Equal([4, 5, 6], reports.Select(report => report.Epoch));
        Assert.Contains(reports[0].Measures, measure => measure.Key == "staleness_mean");
        Assert.Contains(reports[1].Notes, note => note.EndsWith(
            "every step waits for all ranks again", StringComparison.Ordinal));
        Assert.DoesNotContain(reports[2].Measures, measure => measure.Key == "staleness_mean");
        Assert.DoesNotContain("Ssp", calm.Fingerprint, StringComparison.Ordinal);
        Assert.True(reports[2].TrainLoss < reports[0].TrainLoss);
    }

    [Fact]
    public void A_checkpoint_goes_on_by_the_strategy_that_wrote_it()
    {
        var strategy = new AutoStrategy { ProbeSteps = 4, StalenessAbove = 1e-9, LocalAbove = 1e9 };
        var spec = Spec with { Strategy = strategy };
        var half = Checkpoint.FromBytes(ExchangeRuns.Run(2, spec, until: 3)[0]);
        var reports = new List<EpochReport>();

        ExchangeRuns.Run(2, spec, start: half, onEpoch: report =>
        {
            reports.Add(report);
            return EpochVerdict.Continue;
        });

        Assert.StartsWith("parameter-server Ssp", half.Fingerprint, StringComparison.Ordinal);
        Assert.Equal(4, reports[0].Epoch);
        Assert.Contains(reports[0].Notes, note => note.StartsWith(
            "goes on as its checkpoint was written, by parameter-server, ssp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adagrad)]
    public void State_survives_the_way_through_all_strategies(OptimizerKind kind)
    {
        var spec = ExchangeRuns.Spec with { Optimizer = new OptimizerSpec { Kind = kind, LearningRate = 0.01 } };
        var before = Checkpoint.FromBytes(ExchangeRuns.Run(2, spec, until: 2)[0]);
        var input = new TrainingInput(spec, ExchangeRuns.Train, null, null, 3);
        using var carry = new StateCarry<float>(input, 2);

        var stale = carry.To(SyncMode.BoundedStaleness, before);
        var local = carry.To(SyncMode.LocalSteps, stale);
        var after = carry.To(SyncMode.Synchronous, local);

        Assert.Equal(before.ToBytes(), after.ToBytes());
        var ssp = new ParameterServerStrategy { Mode = ParameterServerMode.Ssp };
        Assert.Equal(2, ExchangeRuns.Run(2, spec with { Strategy = ssp }, start: stale, until: 3).Length);
        Assert.Equal(
            2, ExchangeRuns.Run(2, spec with { Strategy = new ModelAverageStrategy() }, start: local, until: 3).Length);
    }

    private static List<EpochReport> Run(TrainingSpec spec, int worldSize)
    {
        var reports = new List<EpochReport>();
        ExchangeRuns.Run(worldSize, spec, onEpoch: report =>
        {
            reports.Add(report);
            return EpochVerdict.Continue;
        });
        return reports;
    }
}
