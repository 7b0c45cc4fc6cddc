namespace TuneGraph;

/// <summary>The keys under <c>resources</c>.</summary>
internal static class ResourceShape
{
    private const int MostLabels = 20;
    private const int MostMiB = 64 << 20;
    private const int MostAccelerators = 1024;

    public static Reader<ResourceSpec> Resources => new MappingReader<ResourceSpec>(fields => new ResourceSpec
    {
        Labels = fields.Optional("labels", new ListReader<string>(Scalars.Text, 1, MostLabels, ""), []),
        Cores = fields.Optional("cores", Scalars.Number(new Interval(0, 1024)), 0),
        MemoryMiB = fields.Optional("memoryMiB", Scalars.Whole(0, MostMiB), 0),
        Accelerators = fields.Maybe("accelerators", Scalars.Whole(0, MostAccelerators)),
    });
}
