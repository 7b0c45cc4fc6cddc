using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class TransferSamplerTests : SamplerConformance
{
    private const int Seeds = 12;
    private const int Trials = 16;

    private static readonly SearchSpace _space = new([
        new("rate", new FloatDistribution(1e-5, 1, Log: true)), new("drop", new FloatDistribution(0, 0.5)),
        new("width", new IntDistribution(8, 256, Log: true)), new("kind", CategoricalDistribution.Of("a", "b", "c")),
    ]);

    /// <summary>Wider, without the dropout, and with a parameter and a choice that the present space lacks.</summary>
    private static readonly SearchSpace _pastSpace = new([
        new("width", new IntDistribution(1, 512, Log: true)), new("rate", new FloatDistribution(1e-6, 10, Log: true)),
        new("kind", CategoricalDistribution.Of("d", "c", "b", "a")), new("depth", new IntDistribution(1, 8)),
    ]);

    // What a past study tells in the first trials, the Gaussian process finds out by itself after sixteen.
    [Theory]
    [InlineData(true, 0.1)]
    [InlineData(false, -0.7)] // half the loss
    public void A_related_past_study_helps_or_is_no_worse_than_none(bool gp, double most)
    {
        var (with, without) = Compare(gp, Related);
        Assert.True(with < without + most, $"mean ln loss {with:F2} with, {without:F2} without");
    }

    [Theory]
    [InlineData(true, 0.8)]
    [InlineData(false, 0.4)]
    public void A_misleading_past_study_costs_little(bool gp, double most)
    {
        var (with, without) = Compare(gp, x => -Related(x));
        Assert.True(with < without + most, $"mean ln loss {with:F2} with, {without:F2} without");
    }

    [Fact]
    public void Without_past_trials_it_is_the_inner_sampler()
    {
        var (study, plain) = (Study(new TransferSampler(new TpeSampler()), 1), Study(new TpeSampler(), 1));
        Run(study, 15);
        Run(plain, 15);
        Assert.Equal(plain.Trials.Select(t => t.Configuration), study.Trials.Select(t => t.Configuration));
    }

    [Fact]
    public void A_space_without_a_common_parameter_is_ignored()
    {
        var (study, plain) = (Study(new TransferSampler(new TpeSampler()), 1), Study(new TpeSampler(), 1));
        for (var k = 0; k < 20; k++)
            study.Import("strange", Configuration.Of(("other", k)), k);
        Run(study, 15);
        Run(plain, 15);
        Assert.Equal(plain.Trials.Select(t => t.Configuration), study.Trials.Select(t => t.Configuration));
    }

    /// <summary>Eight trials run at any time; what was imported is read from the log alone.</summary>
    [Fact]
    public void A_parallel_study_with_imported_trials_is_replayed_bit_for_bit()
    {
        var study = Study(new TransferSampler(new GpSampler()), 4);
        Import(study, Related);
        for (var k = 0; k < 8; k++)
            study.Ask();
        for (var k = 0; k < 20; k++)
        {
            study.Tell(k, TrialState.Completed, Loss(study.Trials[k].Configuration));
            study.Ask();
        }

        var again = TuneGraph.Search.Study.Restore(
            study.Options with { Sampler = new TransferSampler(new GpSampler()) }, study.Log);
        Assert.Equal(study.Ask()!.Configuration, again.Ask()!.Configuration);
        Assert.Contains(study.Trials, t => t.Why!.Contains("past studies weigh", StringComparison.Ordinal));
        Assert.Equal(study.Trials.Count, study.Trials.Select(t => t.Configuration).Distinct().Count());
    }

    [Fact]
    public void Several_objectives_begin_with_past_fronts()
    {
        var study = new Study(new()
        {
            Space = _space,
            Sampler = new TransferSampler(new NsgaIISampler()),
            Directions = [Direction.Minimize, Direction.Maximize],
        });
        var random = new SearchRandom(2);
        var best = _space.Draw(random);
        for (var k = 0; k < 10; k++)
            study.Import("old", k == 7 ? best : _space.Draw(random), k == 7 ? [0, 9] : [1, 1]);
        Assert.Equal(best, study.Ask()!.Configuration);
        Assert.Contains("the past study 'old'", study.Trials[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_do_not_fit_the_objectives_are_refused()
    {
        var study = Study(new TransferSampler(new RandomSampler()), 0);
        Assert.Throws<ArgumentException>(() => study.Import("old", Configuration.Empty, [1, 2]));
        Assert.Throws<ArgumentException>(() => study.Import("old", Configuration.Empty, double.NaN));
        Assert.Throws<ArgumentException>(() => study.Import("", Configuration.Empty, 1));
        Assert.Empty(study.Log);
    }

    protected override Sampler Make() => new TransferSampler(new RandomSampler());

    private static (double With, double Without) Compare(bool gp, Func<Configuration, double> past)
    {
        var (with, without) = (0.0, 0.0);
        for (var seed = 0UL; seed < Seeds; seed++)
        {
            Sampler inner = gp ? new GpSampler() : new TpeSampler();
            var (aided, plain) = (Study(new TransferSampler(inner), seed), Study(inner, seed));
            Import(aided, past);
            Run(aided, Trials);
            Run(plain, Trials);
            with += Math.Log(aided.Best!.Value!.Value + 1e-3) / Seeds;
            without += Math.Log(plain.Best!.Value!.Value + 1e-3) / Seeds;
        }

        return (with, without);
    }

    private static Study Study(Sampler sampler, ulong seed) =>
        new(new() { Space = _space, Sampler = sampler, Seed = seed });

    private static void Run(Study study, int trials)
    {
        for (var k = 0; k < trials; k++)
            study.Tell(k, TrialState.Completed, Loss(study.Ask()!.Configuration));
    }

    private static void Import(Study study, Func<Configuration, double> past)
    {
        var random = new SearchRandom(99);
        for (var k = 0; k < 60; k++)
        {
            var configuration = _pastSpace.Draw(random);
            study.Import("old", configuration, past(configuration));
        }
    }

    private static double Loss(Configuration x) =>
        Math.Pow(Math.Log10(x["rate"].AsFloat()) + 2.6, 2) + (2 * Math.Pow(x["drop"].AsFloat() - 0.2, 2))
        + Math.Pow(Math.Log2(x["width"].AsInt()) - 6, 2) + (x["kind"].AsText() == "b" ? 0 : 2);

    /// <summary>Its best lies a little elsewhere, and it is measured on another scale.</summary>
    private static double Related(Configuration x) =>
        100 + (30 * (Math.Pow(Math.Log10(x["rate"].AsFloat()) + 2.4, 2) + (x["kind"].AsText() is "b" or "d" ? 0 : 1.5)
            + Math.Pow(Math.Log2(x["width"].AsInt()) - 5.7, 2))) + (5 * x["depth"].AsInt());
}
