using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps;

/// <summary>Every pruner and every population can be written in a sweep file.</summary>
public sealed class PrunerShapeTests
{
    private const string SamplerLine =
        "sampler: {type: tpe, startupTrials: 12, candidates: 30, goodShare: 0.2, mostGood: 20}";

    private const string Pruner = "pruner: {type: asha, minResource: 2, reduction: 4, mode: stop}";

    public static TheoryData<string, Type> Words => new()
    {
        { "none", typeof(NoPruner) },
        { "auto", typeof(AutoPruner) },
        { "{type: auto, minResource: 2, reduction: 4, mode: stop}", typeof(AutoPruner) },
        { "median", typeof(MedianPruner) },
        { "{type: percentile, percentile: 10, leastTrials: 2}", typeof(PercentilePruner) },
        { "{type: threshold, lower: 0.1, upper: 0.9, interval: 2}", typeof(ThresholdPruner) },
        { "{type: patient, patience: 3, tolerance: 0.01, of: {type: asha}}", typeof(PatientPruner) },
        { "{type: wilcoxon, threshold: 0.2}", typeof(WilcoxonPruner) },
        { "{type: curve, threshold: 0.02, warmupShare: 0.2}", typeof(CurvePruner) },
        { "asha", typeof(SuccessiveHalvingPruner) },
        { "{type: mo-asha, reduction: 2}", typeof(ParetoHalvingPruner) },
        { "{type: hyperband, minResource: 2, mode: stop}", typeof(HyperbandPruner) },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void A_pruner_is_read(string words, Type type) => Assert.IsType(type, Read($"pruner: {words}").Pruner);

    [Fact]
    public void Its_settings_arrive()
    {
        var patient = Assert.IsType<PatientPruner>(Read("pruner: {type: patient, patience: 3, of: asha}").Pruner);
        Assert.Equal(3, patient.Options.Patience);
        var inner = Assert.IsType<SuccessiveHalvingPruner>(patient.Inner);
        Assert.Equal(HalvingMode.Stop, inner.Options.Mode); // a patient pruner cannot pause
        var hyperband = Assert.IsType<HyperbandPruner>(Read("pruner: {type: hyperband, reduction: 4}").Pruner);
        Assert.Equal(4, hyperband.Options.ReductionFactor);
    }

    [Fact]
    public void A_threshold_without_a_bound_and_one_that_nothing_passes_are_refused()
    {
        Assert.Contains("needs lower, upper or both", Error("pruner: {type: threshold}"), StringComparison.Ordinal);
        Assert.Contains("TG0201", Error("pruner: {type: threshold, lower: 2, upper: 1}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Budgets_in_steps_and_in_regret_are_read()
    {
        var budget = Read(Pruner, ("trials: 60", "trials: 60, steps: 900, regret: 0.005")).Budget;
        Assert.Equal(900, budget.Steps);
        Assert.Equal(0.005, budget.Regret);
    }

    [Theory]
    [InlineData("seconds", CostMetric.Seconds)]
    [InlineData("steps", CostMetric.Steps)]
    [InlineData("parameter-steps", CostMetric.ParameterSteps)]
    public void A_budget_of_cost_and_a_sampler_that_weighs_it_are_read(string word, CostMetric metric)
    {
        var budget = Read(Pruner, ("trials: 60", $"trials: 60, cost: 2.5e4, costMetric: {word}")).Budget;
        Assert.Equal((2.5e4, metric), (budget.Cost, budget.CostMetric));
        var spec = SweepSample.Read(SweepSample.With(
            SamplerLine, "sampler: {type: gp, acquisition: improvement-per-cost}"));
        var sampler = Assert.IsType<GpSampler>(spec.Sampler);
        Assert.Equal(GpAcquisition.ImprovementPerCost, sampler.Options.Acquisition);
    }

    [Fact]
    public void Past_studies_are_read_and_a_population_has_no_use_for_them()
    {
        const string Final = "final: {retrain: true}";
        var data = Path.Combine(SweepSample.Folder, "data", "digits.csv.gz").Replace('\\', '/'); // any file is there
        var spec = SweepSample.Read(SweepSample.With(Final, $"warmStart: {{studies: ['{data}']}}"));
        Assert.Equal([data], spec.PastStudies);
        var population = Population("pbt") + $"warmStart: {{studies: ['{data}']}}\n";
        Assert.Contains("pbt learns nothing from past studies", SweepSample.Mistakes(population)[0],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{type: pbt, population: 8, interval: 5, share: 0.2, resample: 0.1}", "pbt")]
    [InlineData("pb2", "pb2")]
    public void A_population_brings_its_pruner_and_inherits_what_checkpoints_depend_on(string words, string name)
    {
        var spec = SweepSample.Read(Population(words));
        var sampler = Assert.IsType<PopulationSampler>(spec.Sampler);
        Assert.Equal(name, sampler.Name);
        Assert.Same(sampler.Pruner, spec.Pruner);
        Assert.Equal(["activation", "layers", "optimizer", "width"], sampler.Options.Inherited.Order());
    }

    [Fact]
    public void A_population_with_a_pruner_with_a_retraining_or_with_too_long_an_interval_is_refused()
    {
        var both = SweepSample.Text.Replace(
            SamplerLine, "sampler: {type: pbt, interval: 30}", StringComparison.Ordinal);
        var mistakes = string.Join('\n', SweepSample.Mistakes(both));
        Assert.Contains("leave out 'pruner'", mistakes, StringComparison.Ordinal);
        Assert.Contains("leave out final.retrain", mistakes, StringComparison.Ordinal);
        Assert.Contains("sampler.interval is 30", mistakes, StringComparison.Ordinal);
    }

    private static string Population(string words) => SweepSample.Text
        .Replace(Pruner + "\n", "", StringComparison.Ordinal)
        .Replace("final: {retrain: true}\n", "", StringComparison.Ordinal)
        .Replace(SamplerLine, "sampler: " + words, StringComparison.Ordinal);

    private static SweepSpec Read(string pruner, params (string Old, string New)[] changes)
    {
        var text = SweepSample.With(Pruner, pruner);
        foreach (var (old, @new) in changes)
            text = text.Replace(old, @new, StringComparison.Ordinal);
        return SweepSample.Read(text);
    }

    private static string Error(string pruner) =>
        string.Join('\n', SweepSample.Mistakes(SweepSample.With(Pruner, pruner)));
}
