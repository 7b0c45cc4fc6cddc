using System.Globalization;
using System.Reflection;

namespace TuneGraph.Hosting;

/// <summary>
/// What scheduler, worker and dashboard have in common today: they listen, tell their health and version, and stop on
/// SIGTERM. Compiled into each of them, because hosts do not reference one another.
/// </summary>
/// <param name="name">The host's name, as people and <c>/version</c> say it.</param>
/// <param name="port">The port of the loopback address that it listens on unless told otherwise.</param>
/// <param name="scope">What this build does and does not do, told at start and in the help.</param>
internal sealed class HealthHost(string name, int port, string scope)
{
    private const int Success = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    private string Version { get; } = Assembly.GetExecutingAssembly()
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private string Allowed => $"Allowed are: --urls <url> (default http://127.0.0.1:{port}), --version, --help.";

    /// <summary>Runs until the process is asked to stop.</summary>
    /// <returns>The exit code: 0 stopped as asked, 1 cannot listen, 2 wrong arguments.</returns>
    public Task<int> RunAsync(ReadOnlySpan<string> args) => args switch
    {
        [] => ListenAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
        ["--help" or "-h" or "-?"] => SayAsync($"tunegraph {name} {Version}: {scope}\n{Allowed}"),
        ["--version"] => SayAsync($"tunegraph {name} {Version}"),
        ["--urls", var url] => ListenAsync(url),
        [var one] when one.StartsWith("--urls=", StringComparison.Ordinal) => ListenAsync(one["--urls=".Length..]),
        ["--urls"] => RefuseAsync("--urls needs a value, for example --urls http://127.0.0.1:8080."),
        ["--urls", _, var next, ..] => RefuseAsync($"unknown argument '{next}'. {Allowed}"),
        [var first, ..] => RefuseAsync($"unknown argument '{first}'. {Allowed}"),
    };

    private async Task<int> ListenAsync(string url)
    {
        // The server would take a host name that it does not know for "every address of this machine".
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme != Uri.UriSchemeHttp
            || !(address.IsLoopback || address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6))
            return await RefuseAsync(
                $"--urls is '{url}'; give one http URL of an IP address or localhost,"
                + $" such as http://127.0.0.1:{port}.");

        // An empty builder: no settings file and no environment variable can bind this process to another address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        app.MapGet("/healthz", static context => context.Response.WriteAsync("healthy\n"));
        app.MapGet("/version", context => context.Response.WriteAsync($"tunegraph {name} {Version}\n"));
        try
        {
            await app.StartAsync();
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(
                $"{name}: cannot listen on {url}: {e.Message} Choose another with --urls.");
            return Failed;
        }

        await SayAsync($"tunegraph {name} {Version}: {scope}");
        await SayAsync($"listening on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync();
        return Success;
    }

    private static async Task<int> SayAsync(string line)
    {
        await Console.Out.WriteLineAsync(line);
        return Success;
    }

    private async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync($"{name}: {why}");
        return Usage;
    }
}
