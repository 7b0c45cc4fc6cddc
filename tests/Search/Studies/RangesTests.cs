using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>Ranges that are changed while a study runs.</summary>
public sealed class RangesTests
{
    private static readonly SearchSpace _space = new(
        [
            new("lr", new FloatDistribution(1e-4, 1, Log: true)),
            new("width", new IntDistribution(8, 64, Step: 8)),
            new("kind", new CategoricalDistribution(["sgd", "adam", "lion"])),
            new("momentum", new FloatDistribution(0, 1), Condition.On("kind", "sgd")),
        ],
        [Condition.Parse("lr * width <= 48")]);

    private static readonly Parameter[] _other =
    [
        new("lr", new FloatDistribution(1e-3, 0.1, Log: true)),
        new("width", new IntDistribution(16, 96, Step: 8)),
        new("kind", new CategoricalDistribution(["sgd", "adam", "muon"])),
    ];

    public static TheoryData<string> Samplers =>
        ["random", "sobol", "halton", "grid", "tpe", "gp", "turbo", "cmaes", "nsga2", "forest", "bohb", "auto"];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Every_sampler_goes_on_in_the_new_ranges_and_repeats_what_it_said(string sampler)
    {
        var options = new StudyOptions
        {
            Space = _space,
            Sampler = SamplerOf(sampler),
            Pruner = new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 2 }),
            MaxResource = 4,
            Seed = 5,
        };
        var study = new Study(options);
        Try(study, 14);
        study.ChangeRanges(_other);
        Try(study, 14);
        study.ChangeRanges(new Parameter("width", new IntDistribution(16, 32, Step: 8)));
        Try(study, 6);

        Assert.All(study.Trials.Skip(14), trial => Assert.NotEqual("lion", trial.Configuration["kind"]));
        Assert.All(study.Trials.Skip(28), trial => Assert.True(study.Space!.Fits(trial.Configuration)));
        Assert.True(study.Fitting.Count is > 6 and < 34);
        foreach (var (place, @event) in study.Log.Index().Where(item => item.Index > 10))
        {
            if (@event is TrialAsked asked)
                Assert.Equal(asked.Configuration, Study.Restore(options, study.Log.Take(place)).Ask()!.Configuration);
        }

        var again = Study.Restore(options, study.Log);
        Assert.Equal(study.Log, again.Log);
        Assert.Equal(study.Fitting.Select(t => t.ToString()), again.Fitting.Select(t => t.ToString()));
    }

    [Fact]
    public void Trials_outside_stay_in_the_study_and_samplers_see_the_others_numbered_anew()
    {
        var study = new Study(new() { Space = _space, Sampler = new RandomSampler() });
        foreach (var lr in new[] { 0.5, 0.01, 0.02 })
            study.Enqueue(Configuration.Of(("lr", lr), ("width", 8), ("kind", "adam")));
        study.Report(1, 1, 4);
        study.Tell(0, TrialState.Completed, 1);
        study.ChangeRanges(new Parameter("lr", new FloatDistribution(1e-3, 0.1, Log: true)));
        study.Tell(2, TrialState.Completed, 3);

        Assert.Equal(0, study.Best!.Number);
        Assert.Equal([0.01, 0.02], study.Fitting.Select(trial => trial.Configuration["lr"].AsFloat()));
        Assert.Equal([TrialState.Running, TrialState.Completed], study.Fitting.Select(trial => trial.State));
        Assert.Equal([1, 0], study.Fitting.Select(trial => trial.Steps));
        Assert.Throws<SearchSpaceException>(() =>
            study.Enqueue(Configuration.Of(("lr", 0.5), ("width", 8), ("kind", "adam"))));
        Assert.Equal(3, study.Enqueue(Configuration.Of(("lr", 0.05), ("width", 8), ("kind", "adam"))).Number);
        Assert.Equal(3, study.Fitting.Count);
    }

    [Fact]
    public void Wider_ranges_keep_all_trials()
    {
        var study = new Study(new() { Space = _space, Sampler = new TpeSampler() });
        Try(study, 12);
        study.ChangeRanges(
            new("lr", new FloatDistribution(1e-6, 1, Log: true)), new("width", new IntDistribution(0, 128, Step: 8)));
        Assert.Equal(
            study.Trials.Select(trial => trial.Configuration), study.Fitting.Select(trial => trial.Configuration));
    }

    [Fact]
    public void A_parameter_stays_the_one_that_it_is()
    {
        var study = new Study(new() { Space = _space, Sampler = new RandomSampler() });
        Parameter[] wrong =
        [
            new("lr", new FloatDistribution(1e-3, 0.1)),
            new("lr", new IntDistribution(1, 2)),
            new("width", new IntDistribution(12, 64, Step: 8)),
            new("width", new IntDistribution(8, 64, Step: 4)),
            new("kind", new CategoricalDistribution(["sgd", "adam"], Ordered: true)),
            new("kind", new CategoricalDistribution(["adam", "lion"])), // momentum needs sgd
            new("width", new IntDistribution(800_000, 1_000_000, Step: 8)), // no configuration keeps the rule
            new("depth", new IntDistribution(1, 2)),
        ];
        foreach (var range in wrong)
            Assert.Throws<SearchSpaceException>(() => study.ChangeRanges(range));
        Assert.Empty(study.Log);
        Assert.Same(_space, study.Space);

        var free = new Study(new() { Sampler = new RandomSampler() });
        Assert.Contains(
            "no fixed search space",
            Assert.Throws<InvalidOperationException>(() => free.ChangeRanges(_other)).Message,
            StringComparison.Ordinal);
    }

    private static void Try(Study study, int count)
    {
        for (var k = 0; k < count && study.Ask() is { } trial; k++)
        {
            var loss = Math.Abs(Math.Log(trial.Configuration["lr"].AsFloat() / 0.02))
                + (trial.Configuration["width"].AsInt() / 64.0);
            if (k % 5 == 4)
                continue; // it runs on
            if (study.Report(trial.Number, 1, loss).Verdict != Verdict.Continue)
                study.Pause(trial.Number, 1);
            else
                study.Tell(trial.Number, TrialState.Completed, loss);
        }
    }

    private static Sampler SamplerOf(string name) => name switch
    {
        "random" => new RandomSampler(),
        "sobol" => new SobolSampler(),
        "halton" => new HaltonSampler(),
        "grid" => new GridSampler(),
        "tpe" => new TpeSampler(),
        "gp" => new GpSampler(),
        "turbo" => new TurboSampler(),
        "cmaes" => new CmaSampler(),
        "nsga2" => new NsgaIISampler(),
        "forest" => new ForestSampler(),
        "bohb" => new BohbSampler(),
        "auto" => new AutoSampler(),
        _ => throw new ArgumentOutOfRangeException(
            nameof(name), string.Create(CultureInfo.InvariantCulture, $"unknown sampler {name}")),
    };
}
