using TuneGraph.Tests.Hosts;
using TuneGraph.Tests.Sidecar;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dapr;

/// <summary>Secrets and settings that hosts read of their sidecar at start.</summary>
public sealed class SidecarStoresTests : IAsyncLifetime
{
    private const int LimitMilliseconds = 120_000;
    private const string Hush = "hush-8c1f";

    private readonly TemporaryFolder _folder = new();
    private readonly Broker _broker = new Broker().With("tunegraph-events");
    private DaprSidecar? _sidecar;

    private DaprSidecar Sidecar => _sidecar!;

    public async ValueTask InitializeAsync()
    {
        _sidecar = await new DaprSidecar(_broker, "tunegraph-scheduler") { Token = "api's" }.StartAsync();
        Sidecar.Secrets["tunegraph/token"] = Hush;
        Sidecar.Secrets["TUNEGRAPH_READ_TOKEN"] = "readers'";
        Sidecar.Configured["tunegraph.scheduler"] = """{"lease": 7, "studies": 3}""";
    }

    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        _broker.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Hosts_take_tokens_and_settings_of_their_sidecar()
    {
        var stop = TestContext.Current.CancellationToken;
        var variables = Variables(("TUNEGRAPH_TOKEN", "secret://secrets/tunegraph/token"));
        await using var scheduler = await HostProcess.ListenAsync(
            "Scheduler",
            ["--urls", "http://127.0.0.1:0", "--data", _folder["data"]],
            stop,
            new Dictionary<string, string>(variables)
            {
                ["TUNEGRAPH_READ_TOKEN"] = "secret://secrets/TUNEGRAPH_READ_TOKEN",
                ["TUNEGRAPH_CONFIGURATION"] = "settings/tunegraph.scheduler",
            });
        using var nobody = new SchedulerClient(scheduler.Address, "another");
        using var api = new SchedulerClient(scheduler.Address, Hush);
        using var reader = new SchedulerClient(scheduler.Address, "readers'");

        await using var worker = await HostProcess.ListenAsync(
            "Worker",
            ["--urls", "http://127.0.0.1:0", "--scheduler", scheduler.Address.ToString(), "--name", "w1"],
            stop,
            variables);

        while ((await api.WorkersAsync(stop)).Length == 0)
            await Task.Yield();
        Assert.Equal("w1", Assert.Single(await reader.WorkersAsync(stop)).Name);
        Assert.Equal(
            FleetCode.Unauthorized,
            (await Assert.ThrowsAsync<SchedulerException>(() => nobody.WorkersAsync(stop))).Code);
        Assert.Equal(7, (await api.JoinAsync(await OfferAsync(scheduler.Address, stop), stop)).LeaseSeconds);
        Assert.DoesNotContain(
            Hush, scheduler.Greeting + await scheduler.KillAsync() + worker.Greeting + await worker.KillAsync(),
            StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task The_database_is_that_of_the_secret_store()
    {
        var stop = TestContext.Current.CancellationToken;
        using var database = new CutLink(TestPostgres.Require());
        Sidecar.Secrets["db"] = database.Connection;
        await using var scheduler = await HostProcess.ListenAsync(
            "Scheduler",
            ["--urls", "http://127.0.0.1:0", "--data", _folder["data"]],
            stop,
            Variables(("TUNEGRAPH_POSTGRES", "secret://secrets/db")));
        using var http = new HttpClient { BaseAddress = scheduler.Address };
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative), stop));
        Assert.False(File.Exists(_folder["data/scheduler.lock"]));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("TUNEGRAPH_TOKEN", "secret://vault/tunegraph/token", "'vault'", "'tunegraph'", "'token'")]
    [InlineData("TUNEGRAPH_TOKEN", "secret://secrets/tunegraph/password", "'secrets'", "'password'", "no such key")]
    [InlineData("TUNEGRAPH_POSTGRES", "secret://secrets/nobody", "'secrets'", "'nobody'", "TUNEGRAPH_POSTGRES")]
    [InlineData("AWS_ACCESS_KEY_ID", "secret://secrets/s3/id", "'s3'", "'id'", "AWS_ACCESS_KEY_ID")]
    [InlineData("TUNEGRAPH_TOKEN", "secret://secrets", "TUNEGRAPH_TOKEN is", "name a secret store", "")]
    [InlineData("TUNEGRAPH_CONFIGURATION", "elsewhere/x", "'elsewhere'", "'x'", "not found")]
    [InlineData("TUNEGRAPH_CONFIGURATION", "settings/x", "'settings'", "'x'", "redis: nil")]
    [InlineData("TUNEGRAPH_CONFIGURATION", "settings", "give a configuration component and a key", "", "")]
    [InlineData("TUNEGRAPH_CONFIGURATION", "settings/text", "'text'", "is no JSON object", "appsettings.json")]
    [InlineData("TUNEGRAPH_CONFIGURATION", "settings/typo", "unknown setting 'lese'", "--lease", "")]
    public async Task What_is_missing_is_named(string variable, string value, string one, string two, string three)
    {
        Sidecar.Configured["text"] = "fast";
        Sidecar.Configured["typo"] = """{"lese": 7}""";
        var (code, output, error) = await RunAsync(
            Variables((variable, value)), TestContext.Current.CancellationToken);
        Assert.Equal((2, ""), (code, output));
        Assert.All([one, two, three], word => Assert.Contains(word, error, StringComparison.Ordinal));
        Assert.DoesNotContain(Hush, error, StringComparison.Ordinal);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("TUNEGRAPH_TOKEN", "secret://secrets/tunegraph/token")]
    [InlineData("TUNEGRAPH_CONFIGURATION", "settings/tunegraph.scheduler")]
    public async Task Without_a_sidecar_the_variable_that_needs_one_is_named(string variable, string value)
    {
        var (code, _, error) = await RunAsync(
            new Dictionary<string, string> { [variable] = value }, TestContext.Current.CancellationToken);
        Assert.Equal(2, code);
        Assert.Contains($"{variable} is '{value}'", error, StringComparison.Ordinal);
        Assert.Contains("DAPR_GRPC_ENDPOINT", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_wrong_token_for_the_sidecar_is_named()
    {
        var variables = Variables(("TUNEGRAPH_TOKEN", "secret://secrets/tunegraph/token"));
        var (code, _, error) = await RunAsync(
            new Dictionary<string, string>(variables) { ["DAPR_API_TOKEN"] = "other" },
            TestContext.Current.CancellationToken);
        Assert.Equal(2, code);
        Assert.Contains("DAPR_API_TOKEN", error, StringComparison.Ordinal);
        Assert.Contains("api token mismatch", error, StringComparison.Ordinal);
    }

    private static async Task<WorkerOffer> OfferAsync(Uri scheduler, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = scheduler };
        var version = await http.GetStringAsync(new Uri("/version", UriKind.Relative), cancellationToken);
        return new WorkerOffer("w2", "first", version.Trim().Split(' ')[^1], 1, 1, 0, 1L << 30, []);
    }

    private Dictionary<string, string> Variables((string Name, string Value) further) => new()
    {
        ["DAPR_HTTP_ENDPOINT"] = Sidecar.Http.ToString(),
        ["DAPR_GRPC_ENDPOINT"] = Sidecar.Grpc.ToString(),
        ["DAPR_API_TOKEN"] = "api's",
        [further.Name] = further.Value,
    };

    private Task<(int ExitCode, string Output, string Error)> RunAsync(
        IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken) =>
        HostProcess.RunAsync(
            "Scheduler",
            ["--urls", "http://127.0.0.1:0", "--data", _folder["data"]],
            cancellationToken,
            variables);
}
