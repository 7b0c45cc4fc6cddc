using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The keys under <c>sampler</c> and <c>pruner</c>.</summary>
internal static class SearchShape
{
    public static Reader<Sampler> Sampler { get; } = new TypedReader<Sampler>(
        ("random", _ => new RandomSampler()),
        ("grid", fields => new GridSampler(Grid(fields, new GridOptions()))),
        ("sobol", fields => new SobolSampler(fields.Optional("scramble", Scalars.Flag, true))),
        ("halton", fields => new HaltonSampler(fields.Optional("scramble", Scalars.Flag, true))),
        ("cmaes", fields => new CmaSampler(Cma(fields, new CmaOptions()))),
        ("tpe", fields => new TpeSampler(Tpe(fields, new TpeOptions()))));

    public static Reader<Pruner> Pruner { get; } = new TypedReader<Pruner>(
        ("none", _ => new NoPruner()),
        ("median", fields => new MedianPruner(Median(fields, new MedianOptions()))),
        ("asha", fields => new SuccessiveHalvingPruner(Asha(fields, new SuccessiveHalvingOptions()))));

    private static GridOptions Grid(Fields fields, GridOptions plain) => new()
    {
        Points = fields.Optional("points", Scalars.Whole(1, Scalars.Plenty), plain.Points),
        LargestRange = fields.Optional("largestRange", Scalars.Whole(1, Scalars.Plenty), plain.LargestRange),
    };

    private static TpeOptions Tpe(Fields fields, TpeOptions plain) => new()
    {
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(1, Scalars.Plenty), plain.StartupTrials),
        Candidates = fields.Maybe("candidates", Scalars.Whole(1, Scalars.Plenty)),
        GoodShare = fields.Optional("goodShare", Scalars.Number(Interval.InnerFraction), plain.GoodShare),
        MostGood = fields.Optional("mostGood", Scalars.Whole(1, Scalars.Plenty), plain.MostGood),
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

    private static MedianOptions Median(Fields fields, MedianOptions plain) => new()
    {
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(0, Scalars.Plenty), plain.StartupTrials),
        WarmupSteps = fields.Optional("warmupSteps", Scalars.Whole(0, Scalars.Plenty), plain.WarmupSteps),
        Interval = fields.Optional("interval", Scalars.Whole(1, Scalars.Plenty), plain.Interval),
    };

    private static SuccessiveHalvingOptions Asha(Fields fields, SuccessiveHalvingOptions plain) => new()
    {
        MinResource = fields.Optional("minResource", Scalars.Whole(1, Scalars.Plenty), plain.MinResource),
        ReductionFactor = fields.Optional("reduction", Scalars.Whole(2, Scalars.Plenty), plain.ReductionFactor),
        Mode = fields.Optional("mode", Mode, plain.Mode),
    };

    private static ScalarReader<HalvingMode> Mode =>
        Scalars.OneOf(("promote", HalvingMode.Promote), ("stop", HalvingMode.Stop));
}
