using System.Net;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Hosts;

public sealed class HostTests
{
    private const int LimitMilliseconds = 120_000;

    private static readonly HttpClient _http = new();

    public static TheoryData<string> Names => ["Scheduler", "Worker", "Dashboard"];

    [Theory(Timeout = LimitMilliseconds)]
    [MemberData(nameof(Names))]
    public async Task A_host_tells_its_health_until_it_is_asked_to_stop(string host)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var folder = new TemporaryFolder();
        string[] data = host == "Dashboard" ? [folder.Path] : ["--data", folder["data"]];
        await using var process = await HostProcess.ListenAsync(host, ["--urls", "http://127.0.0.1:0", .. data], stop);
        Assert.Contains($"tunegraph {host.ToLowerInvariant()} ", process.Greeting, StringComparison.Ordinal);
        Assert.Equal("healthy\n", await GetAsync(process, "/healthz", stop));
        var version = await GetAsync(process, "/version", stop);
        Assert.StartsWith($"tunegraph {host.ToLowerInvariant()} 0.", version, StringComparison.Ordinal);
        using var missing = await _http.GetAsync(new Uri(process.Address, "/studies"), stop);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(0, await process.TerminateAsync(stop));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("Dashboard")]
    [InlineData("Scheduler")]
    public async Task A_host_whose_port_is_taken_says_so_in_one_line(string host)
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var first = await HostProcess.ListenAsync(
            "Dashboard", [folder.Path, "--urls=http://127.0.0.1:0"], stop);
        var address = first.Address.ToString().TrimEnd('/');
        string[] place = host == "Dashboard" ? [folder.Path] : ["--data", folder["data"]];
        var (exitCode, _, error) = await HostProcess.RunAsync(host, [.. place, "--urls", address], stop);
        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"{host.ToLowerInvariant()}: cannot listen on {address}: Failed to bind to address {address}: "
            + "address already in use. Choose another with --urls.\n",
            error);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("unknown argument '--bogus'. Allowed are: --urls <url>, --data <folder>, ", "--bogus")]
    [InlineData("unknown argument 'more'. Allowed are: ", "--urls", "http://127.0.0.1:0", "more")]
    [InlineData("--urls needs a value: --urls <url>.", "--urls")]
    [InlineData("--urls is 'http://gpu-7:80'; give one http URL of an IP address or", "--urls=http://gpu-7:80")]
    [InlineData("--lease is 'soon'; give a number of seconds from 0.5.", "--lease", "soon")]
    [InlineData("http://0.0.0.0/ can be reached from other machines, so a token is a must", "--urls=http://0.0.0.0:80")]
    [InlineData("--urls is 'nowhere'; give one http URL of an IP address or localhost, such as", "--urls", "nowhere")]
    public async Task A_host_refuses_what_it_does_not_understand(string message, params string[] arguments)
    {
        var stop = TestContext.Current.CancellationToken;
        var (exitCode, output, error) = await HostProcess.RunAsync("Scheduler", arguments, stop);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("scheduler: " + message, error, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_host_explains_itself()
    {
        var stop = TestContext.Current.CancellationToken;
        var (exitCode, output, _) = await HostProcess.RunAsync("Dashboard", ["--help"], stop);
        Assert.Equal(0, exitCode);
        Assert.Contains("Shows studies on a web page, live while they run.", output, StringComparison.Ordinal);
    }

    private static Task<string> GetAsync(HostProcess process, string path, CancellationToken cancellationToken) =>
        _http.GetStringAsync(new Uri(process.Address, path), cancellationToken);
}
