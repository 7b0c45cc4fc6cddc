using TuneGraph.Hosting;

namespace TuneGraph.Worker;

/// <summary>Where the sidecar is, and how gradients go through it. All ranks of a group use the same.</summary>
internal sealed record DaprSettings
{
    private const int MostChunkBytes = 3 << 20;
    private const int LeastChunkBytes = 64 << 10;

    /// <summary>The sidecar's gRPC address. Default http://127.0.0.1:50001.</summary>
    public Uri Grpc { get; init; } = new("http://127.0.0.1:50001");

    /// <summary>What the sidecar wants to be told (<c>DAPR_API_TOKEN</c>); null where it wants nothing.</summary>
    public string? Token { get; init; }

    /// <summary>The pub/sub component that carries gradients. Default <c>gradbus</c>.</summary>
    public string Component { get; init; } = "gradbus";

    /// <summary>
    /// Bytes of a chunk, 64 KiB … 3 MiB; default 1 MiB. A sidecar takes 4 MiB unless told otherwise, and from 1 MiB on
    /// larger ones gain little.
    /// </summary>
    public int ChunkBytes
    {
        get;
        init
        {
            if (value is < LeastChunkBytes or > MostChunkBytes)
                throw new ArgumentOutOfRangeException(
                    nameof(ChunkBytes), value, "A chunk has 64 KiB … 3 MiB: a sidecar takes 4 MiB by default.");
            field = value;
        }
    } = 1 << 20;

    /// <summary>Publishes of one rank to another that may be under way at once (W). Default 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>
    /// The least time after which what was not heard of is asked for and sent again; six times the usual answer's time
    /// where that is more. Default 50 ms.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a group may take to form. Default 60 s.</summary>
    public TimeSpan JoinTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a rank may answer nothing, though asked, before it counts as lost. Default 30 s.</summary>
    public TimeSpan LostTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a sidecar may take to start, or to come back. Default 30 s.</summary>
    public TimeSpan SidecarTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock of all these. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What Dapr's own variables say, which its tools and manifests set.</summary>
    /// <exception cref="DaprException">The address is none.</exception>
    public static DaprSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <inheritdoc cref="FromEnvironment"/>
    /// <param name="variable">Looks a variable up.</param>
    public static DaprSettings From(Func<string, string?> variable)
    {
        var plain = new DaprSettings();
        Sidecar? sidecar;
        try
        {
            sidecar = Sidecar.From(variable);
        }
        catch (FormatException e)
        {
            throw new DaprException(e.Message, e);
        }

        return plain with
        {
            Grpc = sidecar?.Grpc ?? plain.Grpc,
            Token = sidecar?.Token,
            Component = variable("TUNEGRAPH_GRADBUS") is { Length: > 0 } component ? component : plain.Component,
        };
    }
}
