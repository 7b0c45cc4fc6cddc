using System.Net;
using TuneGraph.Tests.Hosts;
using TuneGraph.Tests.Sidecar;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dapr;

/// <summary>Hosts beside a sidecar that comes late, never, or goes away.</summary>
public sealed class SidecarHealthTests : IAsyncDisposable
{
    private const int LimitMilliseconds = 120_000;

    private readonly TemporaryFolder _folder = new();
    private readonly Broker _broker = new Broker().With("tunegraph-events");

    public static TheoryData<string> Hosts => ["Scheduler", "Worker"];

    public ValueTask DisposeAsync()
    {
        _broker.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory(Timeout = LimitMilliseconds)]
    [MemberData(nameof(Hosts))]
    public async Task A_sidecar_that_comes_late_is_waited_for(string host)
    {
        await using var sidecar = await new DaprSidecar(_broker) { IsHealthy = false }.StartAsync();
        var listening = HostProcess.ListenAsync(
            host, Arguments(host), TestContext.Current.CancellationToken, Variables(sidecar));
        while (sidecar.HealthAsks < 3)
            await Task.Yield();
        Assert.False(listening.IsCompleted);

        sidecar.IsHealthy = true;
        await using var process = await listening;
        Assert.StartsWith($"tunegraph {host.ToLowerInvariant()}", process.Greeting, StringComparison.Ordinal);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [MemberData(nameof(Hosts))]
    public async Task A_sidecar_that_never_comes_ends_the_start_with_its_address_and_the_time(string host)
    {
        var (code, output, error) = await HostProcess.RunAsync(
            host,
            Arguments(host),
            TestContext.Current.CancellationToken,
            new Dictionary<string, string>
            {
                ["DAPR_HTTP_ENDPOINT"] = "http://127.0.0.1:1",
                ["TUNEGRAPH_SIDECAR_SECONDS"] = "0.5",
            });
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(
            "the Dapr sidecar at http://127.0.0.1:1/, as DAPR_HTTP_ENDPOINT says, was not ready within 0.5 s",
            error,
            StringComparison.Ordinal);
        Assert.Contains("TUNEGRAPH_SIDECAR_SECONDS", error, StringComparison.Ordinal);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [MemberData(nameof(Hosts))]
    public async Task A_sidecar_that_goes_away_makes_a_host_unready_until_it_is_back(string host)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var sidecar = await new DaprSidecar(_broker).StartAsync();
        await using var process = await HostProcess.ListenAsync(host, Arguments(host), stop, Variables(sidecar));
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await ReadyAsync(process, stop));

        await sidecar.KillAsync();
        var (status, text) = await ReadyAsync(process, stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith($"the Dapr sidecar at {sidecar.Http} is not ready (", text, StringComparison.Ordinal);

        await sidecar.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await ReadyAsync(process, stop));
    }

    private static async Task<(HttpStatusCode Status, string Text)> ReadyAsync(
        HostProcess process, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = process.Address };
        using var answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private static Dictionary<string, string> Variables(DaprSidecar sidecar) => new()
    {
        ["DAPR_HTTP_ENDPOINT"] = sidecar.Http.ToString(),
        ["DAPR_GRPC_ENDPOINT"] = sidecar.Grpc.ToString(),
    };

    private string[] Arguments(string host) =>
        host == "Scheduler"
            ? ["--urls", "http://127.0.0.1:0", "--data", _folder["data"]]
            : ["--urls", "http://127.0.0.1:0", "--scheduler", "http://127.0.0.1:1"];
}
