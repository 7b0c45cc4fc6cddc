using System.Diagnostics;

namespace TuneGraph.Tests.Hosts;

/// <summary>A host as its own process, which ends with the test.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private HostProcess(
        string host,
        string[] arguments,
        IReadOnlyDictionary<string, string>? variables,
        CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"TuneGraph.{host}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync(cancellationToken);
    }

    /// <summary>What it said when it began to listen.</summary>
    public string Greeting { get; private set; } = "";

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts a host and waits until it listens.</summary>
    public static async Task<HostProcess> ListenAsync(
        string host,
        string[] arguments,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        const string Listening = "listening on ";
        var started = new HostProcess(host, arguments, variables, cancellationToken);
        while (await started._process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                started.Address = new Uri(line[Listening.Length..]);
                return started;
            }

            started.Greeting += line;
        }

        throw new InvalidOperationException($"{host} ended before it listened: {await started._error}");
    }

    /// <summary>Runs a host that ends by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string host,
        string[] arguments,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        await using var run = new HostProcess(host, arguments, variables, cancellationToken);
        var output = await run._process.StandardOutput.ReadToEndAsync(cancellationToken);
        await run._process.WaitForExitAsync(cancellationToken);
        return (run._process.ExitCode, output, await run._error);
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    /// <returns>What it has written to its error output.</returns>
    public async Task<string> KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        return await _error;
    }

    /// <summary>Asks it to stop, as a container or the system does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
