namespace TuneGraph;

/// <summary>The keys under <c>resources</c>.</summary>
internal static class ResourceShape
{
    private const int MostLabels = 20;
    private const int MostMiB = 64 << 20;
    private const int MostAccelerators = 1024;

    private const int MostRanks = 1024;
    private const int MostPriority = 1000;
    private const double LeastShare = 0.001;
    private const double MostShare = 1000;
    private const int MostSlots = 1_000_000;

    public static Reader<ResourceSpec> Resources => new MappingReader<ResourceSpec>(fields => new ResourceSpec
    {
        Labels = fields.Optional("labels", new ListReader<string>(Scalars.Text, 1, MostLabels, ""), []),
        Cores = fields.Optional("cores", Scalars.Number(new Interval(0, 1024)), 0),
        MemoryMiB = fields.Optional("memoryMiB", Scalars.Whole(0, MostMiB), 0),
        Accelerators = fields.Maybe("accelerators", Scalars.Whole(0, MostAccelerators)),
        Elastic = fields.Optional("elastic", Elastic, null),
        Priority = fields.Optional("priority", Scalars.Whole(-MostPriority, MostPriority), 0),
        Share = fields.Optional("share", Scalars.Number(new Interval(LeastShare, MostShare)), 1),
        Quota = fields.Maybe("quota", Scalars.Whole(1, MostSlots)),
    });

    /// <summary>Ranks may come and go only where any number of them computes the same.</summary>
    public static void Check(Fields fields, ResourceSpec resources, ParallelSpec parallel)
    {
        if (!fields.Clean)
            return;
        var ranks = resources.Elastic?.Min ?? parallel.WorldSize;
        if (resources.Quota < ranks)
            fields.Fail("resources.quota", DiagnosticCode.OutOfRange,
                $"resources.quota is {resources.Quota}, and each trial takes {ranks} slots at once; "
                + $"a quota below {ranks} would let none start");
        if (resources.Elastic is null)
            return;
        if (parallel.Settings is not null || parallel.Compression.Type is not { Parameter: null, Value: 0 })
            fields.Fail("resources.elastic", DiagnosticCode.KeysExclude,
                "resources.elastic changes the number of ranks on the way, which only data-parallel training without "
                + "compression allows; leave out training.parallel.strategy and compression, or elastic");
    }

    private static Reader<ElasticSpec?> Elastic => new MappingReader<ElasticSpec?>(fields =>
    {
        var (min, max) = (
            fields.Optional("min", Scalars.Whole(1, MostRanks), 1),
            fields.Required("max", Scalars.Whole(1, MostRanks), 1));
        if (fields.Clean && min > max)
            fields.Fail("max", DiagnosticCode.OutOfRange,
                $"{fields.Name}: max {max} is less than min {min}; exchange them");
        return new ElasticSpec { Min = min, Max = Math.Max(1, max) };
    });
}
