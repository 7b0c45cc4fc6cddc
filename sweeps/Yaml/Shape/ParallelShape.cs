using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys under <c>training.parallel</c>.</summary>
internal static class ParallelShape
{
    private const int MostRanks = 1024;
    private const int MostThreads = 256;

    public static Reader<ParallelSpec> Parallel => new MappingReader<ParallelSpec>(fields =>
    {
        var plain = new ParallelSpec();
        var strategy = fields.Optional("strategy", StrategyShape.Strategy, _ => null)(fields);
        var ranks = strategy is MixedTemplate { Ranks: <= MostRanks } mixed ? (int)mixed.Ranks : plain.WorldSize;
        var parallel = new ParallelSpec
        {
            Settings = strategy,
            WorldSize = fields.Optional("worldSize", Scalars.Whole(1, MostRanks), ranks),
            Threads = fields.Optional("threads", Scalars.Whole(1, MostThreads), plain.Threads),
            AllReduce = fields.Optional("allReduce", AllReduce, plain.AllReduce),
            Transport = fields.Optional("transport", Transport, plain.Transport),
            Compression = fields.Optional("compression", Compression, plain.Compression),
            Zero = fields.Optional("zero", Scalars.Whole(0, 2).OrParameter(), plain.Zero),
            BucketBytes = fields.Optional(
                "bucketBytes", Scalars.Whole(1024, int.MaxValue).OrParameter(), plain.BucketBytes),
            Overlap = fields.Optional("overlap", Overlap, plain.Overlap),
            Pin = fields.Optional("pin", Scalars.Flag, plain.Pin),
            Balance = fields.Optional("balance", Scalars.Flag, plain.Balance),
            HashEvery = fields.Optional("hashEvery", Scalars.Whole(0, Scalars.Plenty), plain.HashEvery),
            VerifySteps = fields.Optional("verify", Scalars.Whole(0, Scalars.Plenty), plain.VerifySteps),
        };
        if (fields.Clean)
            MeshShape.CheckRanks(fields, strategy, parallel.WorldSize);
        var divides = parallel.Zero is { Parameter: null, Value: > 0 };
        var compresses = parallel.Compression.Type is not { Parameter: null, Value: CompressionKind.None };
        if (fields.Clean && divides && compresses)
        {
            fields.Fail("zero", DiagnosticCode.KeysExclude,
                $"{fields.Name}: zero {parallel.Zero} and compression exclude each other; remove one of them");
        }
        return parallel;
    });

    private static ScalarReader<AllReduceAlgorithm> AllReduce => Scalars.OneOf(
        ("auto", AllReduceAlgorithm.Auto),
        ("ring", AllReduceAlgorithm.Ring),
        ("direct", AllReduceAlgorithm.Direct),
        ("halvingDoubling", AllReduceAlgorithm.HalvingDoubling),
        ("tree", AllReduceAlgorithm.Tree));

    private static ScalarReader<GangTransport> Transport => Scalars.OneOf(
        ("auto", GangTransport.Auto),
        ("memory", GangTransport.Memory),
        ("tcp", GangTransport.Tcp),
        ("dapr", GangTransport.Dapr));

    private static ScalarReader<OverlapMode> Overlap => Scalars.OneOf(
        ("auto", OverlapMode.Auto),
        ("always", OverlapMode.Always),
        ("never", OverlapMode.Never));

    private static ScalarReader<CompressionKind> CompressionType => Scalars.OneOf(
        ("none", CompressionKind.None),
        ("float16", CompressionKind.Float16),
        ("bfloat16", CompressionKind.BFloat16),
        ("onebit", CompressionKind.OneBit),
        ("twobit", CompressionKind.TwoBit),
        ("topk", CompressionKind.TopK),
        ("powersgd", CompressionKind.PowerSgd));

    private static Reader<CompressionTemplate> Compression => new MappingReader<CompressionTemplate>(fields =>
    {
        var plain = new CompressionTemplate();
        return new CompressionTemplate
        {
            Type = fields.Required("type", CompressionType.OrParameter(), plain.Type),
            Threshold = fields.Optional(
                "threshold", Scalars.Number(Interval.Above(0)).OrParameter(), plain.Threshold),
            Fraction = fields.Optional(
                "fraction", Scalars.Number(new Interval(0, 1, LowOpen: true)).OrParameter(), plain.Fraction),
            Momentum = fields.Optional("momentum", Scalars.Number(Interval.Fraction).OrParameter(), plain.Momentum),
            Rank = fields.Optional("rank", Scalars.Whole(1, Scalars.Plenty).OrParameter(), plain.Rank),
            AfterSteps = fields.Optional(
                "afterSteps", Scalars.Whole(0, Scalars.Plenty).OrParameter(), plain.AfterSteps),
        };
    });
}
