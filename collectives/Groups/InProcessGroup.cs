using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>Ranks that are threads of one process. Vectors are summed where they lie; nothing is copied.</summary>
public sealed class InProcessGroup : ProcessGroup
{
    private InProcessGroup(Transport transport, InProcessOptions options) : base(transport, options) { }

    /// <summary>Makes a group; element r of the result is rank r's member, to be used by a thread of its own.</summary>
    /// <param name="worldSize">Number of ranks, 1 … 1024. There may be more ranks than processors.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    public static ImmutableArray<ProcessGroup> Create(int worldSize, InProcessOptions? options = null)
    {
        options ??= new InProcessOptions();
        return [.. CreateTransports(worldSize).Select(
            ProcessGroup (transport) => new InProcessGroup(transport, options))];
    }

    /// <summary>The transports that <see cref="Create"/> builds on, for groups that put something in between.</summary>
    /// <param name="worldSize">Number of ranks, 1 … 1024.</param>
    public static ImmutableArray<Transport> CreateTransports(int worldSize)
    {
        if (worldSize is < 1 or > 1024)
            throw new ArgumentOutOfRangeException(
                nameof(worldSize), worldSize, "A group of threads has 1 … 1024 ranks.");
        var hub = new InProcessHub(worldSize);
        return [.. Enumerable.Range(0, worldSize).Select(Transport (rank) => new InProcessTransport(hub, rank))];
    }
}
