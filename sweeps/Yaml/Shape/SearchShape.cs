using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The keys under <c>sampler</c>.</summary>
internal static class SearchShape
{
    public static Reader<Sampler> Sampler { get; } = new TypedReader<Sampler>(
        ("random", _ => new RandomSampler()),
        ("grid", fields => new GridSampler(Grid(fields, new GridOptions()))),
        ("sobol", fields => new SobolSampler(fields.Optional("scramble", Scalars.Flag, true))),
        ("halton", fields => new HaltonSampler(fields.Optional("scramble", Scalars.Flag, true))),
        ("forest", fields => new ForestSampler(Forest(fields, new ForestSamplerOptions()))),
        ("cmaes", fields => new CmaSampler(Cma(fields, new CmaOptions()))),
        ("tpe", fields => new TpeSampler(Tpe(fields, new TpeOptions()))),
        ("nsga2", fields => new NsgaIISampler(Nsga(fields, new NsgaOptions()))),
        ("nsga3", fields => new NsgaIIISampler(
            Nsga(fields, new NsgaOptions()), fields.Maybe("divisions", Scalars.Whole(1, 1000)))),
        ("gp", fields => new GpSampler(Gp(fields, new GpOptions()))),
        ("turbo", fields => new TurboSampler(Gp(fields, new TurboSampler().Options))),
        ("auto", _ => new AutoSampler()),
        ("bohb", fields => new BohbSampler(Bohb(fields, new BohbOptions()))),
        ("pbt", fields => new PopulationSampler(Population(fields, new PopulationOptions()))),
        ("pb2", fields => new PopulationSampler(
            Population(fields, new PopulationOptions()), new BanditExploration())));

    private static GridOptions Grid(Fields fields, GridOptions plain) => new()
    {
        Points = fields.Optional("points", Scalars.Whole(1, Scalars.Plenty), plain.Points),
        LargestRange = fields.Optional("largestRange", Scalars.Whole(1, Scalars.Plenty), plain.LargestRange),
    };

    private static NsgaOptions Nsga(Fields fields, NsgaOptions plain) => new()
    {
        PopulationSize = fields.Maybe("population", Scalars.Whole(2, Scalars.Plenty)),
        GenerationSize = fields.Optional("generation", Scalars.Whole(1, Scalars.Plenty), plain.GenerationSize),
        Crossover = fields.Optional(
            "crossover",
            Scalars.OneOf(("uniform", NsgaCrossover.Uniform), ("simulatedBinary", NsgaCrossover.SimulatedBinary)),
            plain.Crossover),
        CrossoverChance = fields.Optional(
            "crossoverChance", Scalars.Number(new Interval(0, 1)), plain.CrossoverChance),
        MutationChance = fields.Maybe("mutationChance", Scalars.Number(new Interval(0, 1))),
    };

    private static TpeOptions Tpe(Fields fields, TpeOptions plain) => new()
    {
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(1, Scalars.Plenty), plain.StartupTrials),
        Candidates = fields.Maybe("candidates", Scalars.Whole(1, Scalars.Plenty)),
        GoodShare = fields.Optional("goodShare", Scalars.Number(Interval.InnerFraction), plain.GoodShare),
        MostGood = fields.Optional("mostGood", Scalars.Whole(1, Scalars.Plenty), plain.MostGood),
    };

    private static ForestSamplerOptions Forest(Fields fields, ForestSamplerOptions plain) => new()
    {
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(2, Scalars.Plenty), plain.StartupTrials),
        Trees = fields.Optional("trees", Scalars.Whole(1, Scalars.Plenty), plain.Trees),
        RandomCandidates = fields.Optional("candidates", Scalars.Whole(1, Scalars.Plenty), plain.RandomCandidates),
    };

    private static GpOptions Gp(Fields fields, GpOptions plain) => new()
    {
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(1, Scalars.Plenty), plain.StartupTrials),
        WarpOutputs = fields.Optional("warpOutputs", Scalars.Flag, plain.WarpOutputs),
        WarpInputs = fields.Optional("warpInputs", Scalars.Flag, plain.WarpInputs),
    };

    private static CmaOptions Cma(Fields fields, CmaOptions plain) => new()
    {
        Population = fields.Optional("population", Scalars.Whole(4, Scalars.Plenty), 0) is var n and > 0 ? n : null,
        InitialStep = fields.Optional("initialStep", Scalars.Number(new(0, 1, LowOpen: true)), plain.InitialStep),
        Separable = fields.Optional("separable", Scalars.Flag, plain.Separable),
        AdaptLearningRates = fields.Optional("adaptLearningRates", Scalars.Flag, plain.AdaptLearningRates),
        Restarts = fields.Optional(
            "restarts",
            Scalars.OneOf(("none", CmaRestarts.None), ("ipop", CmaRestarts.Ipop), ("bipop", CmaRestarts.Bipop)),
            plain.Restarts),
    };

    private static BohbOptions Bohb(Fields fields, BohbOptions plain) => new()
    {
        Candidates = fields.Optional("candidates", Scalars.Whole(1, Scalars.Plenty), plain.Candidates),
        GoodShare = fields.Optional("goodShare", Scalars.Number(Interval.InnerFraction), plain.GoodShare),
        RandomShare = fields.Optional("randomShare", Scalars.Number(Interval.InnerFraction), plain.RandomShare),
    };

    private static PopulationOptions Population(Fields fields, PopulationOptions plain) => new()
    {
        Size = fields.Optional("population", Scalars.Whole(4, Scalars.Plenty), plain.Size),
        Interval = fields.Optional("interval", Scalars.Whole(1, Scalars.Plenty), plain.Interval),
        Share = fields.Optional("share", Scalars.Number(new Interval(0, 0.5, LowOpen: true)), plain.Share),
        ResampleChance = fields.Optional("resample", Scalars.Number(new Interval(0, 1)), plain.ResampleChance),
    };
}
