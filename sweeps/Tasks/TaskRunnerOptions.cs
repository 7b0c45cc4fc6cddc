namespace TuneGraph;

/// <summary>Settings of a <see cref="TaskRunner"/>.</summary>
public sealed record TaskRunnerOptions
{
    /// <summary>Threads, resources, time, and how many bytes of results to hold in memory.</summary>
    public GraphRunnerOptions Run { get; init; } = new();

    /// <summary>
    /// Which results count, and how they are spilled. <see cref="ResultFormats.BuiltIn"/> by default.
    /// </summary>
    public ResultFormats Formats { get; init; } = ResultFormats.BuiltIn;

    /// <summary>
    /// Where results are spilled to, in a folder of its own that is deleted at the end. Null, the default, is the
    /// system's folder for temporary files.
    /// </summary>
    public string? SpillFolder { get; init; }

    /// <summary>
    /// Hears how many tasks stand where, after tasks have closed: not after each, but always after the last. Must be
    /// quick. Null by default.
    /// </summary>
    public IProgress<TaskProgress>? Progress { get; init; }
}
