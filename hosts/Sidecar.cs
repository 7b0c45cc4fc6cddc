using System.Globalization;
using Dapr.Client;

namespace TuneGraph.Hosting;

/// <summary>The Dapr sidecar beside this process, as the usual variables tell of it.</summary>
/// <param name="Http">Its HTTP address.</param>
/// <param name="Grpc">Its gRPC address.</param>
/// <param name="Token">What it wants to be told (<c>DAPR_API_TOKEN</c>); null where it wants nothing.</param>
/// <param name="AppToken">What it tells this process (<c>APP_API_TOKEN</c>); null where it tells nothing.</param>
internal sealed record Sidecar(Uri Http, Uri Grpc, string? Token, string? AppToken)
{
    /// <summary>The name of the header that carries tokens, both ways.</summary>
    public const string TokenHeader = "dapr-api-token";

    /// <summary>The variable that says how long a host waits for it at start.</summary>
    public const string WaitVariable = "TUNEGRAPH_SIDECAR_SECONDS";

    /// <summary>The pub/sub component that carries events (<c>TUNEGRAPH_EVENTS</c>).</summary>
    public string Events { get; init; } = "tunegraph-events";

    /// <summary>How long a host waits for it at start. Default 60 s.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the variables; null where there is no sidecar.</summary>
    /// <exception cref="FormatException">One of them is wrong.</exception>
    public static Sidecar? From(Func<string, string?> variable)
    {
        string? Said(string name) => variable(name) is { Length: > 0 } text ? text : null;
        Uri? Endpoint(string protocol, int port)
        {
            var name = $"DAPR_{protocol}_ENDPOINT";
            var text = Said(name) ?? (Said($"DAPR_{protocol}_PORT") is { } said ? $"http://127.0.0.1:{said}" : null);
            return text is null ? null
                : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
                : throw new FormatException(
                    $"{name} is '{text}'; give the sidecar's address, http://127.0.0.1:{port} for instance.");
        }

        const int HttpPort = 3500;
        const int GrpcPort = 50001;
        var (http, grpc) = (Endpoint("HTTP", HttpPort), Endpoint("GRPC", GrpcPort));
        return http is null && grpc is null
            ? null
            : new Sidecar(
                http ?? new Uri($"http://127.0.0.1:{HttpPort}"),
                grpc ?? new Uri($"http://127.0.0.1:{GrpcPort}"),
                Said("DAPR_API_TOKEN"),
                Said("APP_API_TOKEN"))
            {
                Events = Said("TUNEGRAPH_EVENTS") ?? "tunegraph-events",
                Wait = WaitOf(Said(WaitVariable)),
            };
    }

    /// <summary>The SDK's client of it.</summary>
    public DaprClient Client() => new DaprClientBuilder()
        .UseGrpcEndpoint(Grpc.ToString())
        .UseHttpEndpoint(Http.ToString())
        .UseDaprApiToken(Token ?? "")
        .Build();

    private static TimeSpan WaitOf(string? text) =>
        text is null ? TimeSpan.FromSeconds(60)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 1e6 ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"{WaitVariable} is '{text}'; give a number of seconds from 0.");
}
