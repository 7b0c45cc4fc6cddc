using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Tests.Dapr;

/// <summary>A sidecar's double, with its broker, as a process that a test may kill.</summary>
internal sealed class SidecarProcess : IAsyncDisposable
{
    private readonly string[] _faults;
    private Process? _process;

    /// <param name="faults">Seed and chances of duplicates, reorders and losses.</param>
    public SidecarProcess(params double[] faults) =>
        _faults = [.. faults.Select(fault => fault.ToString(CultureInfo.InvariantCulture))];

    /// <summary>For gRPC.</summary>
    public Uri Grpc { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>For HTTP.</summary>
    public Uri Http { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Starts it, or starts it anew at the same ports; then what its broker held is gone.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        const string Listening = "listening on ";
        var program = Path.Combine(AppContext.BaseDirectory, "TuneGraph.Tests.Sidecar.dll");
        string[] ports =
        [
            Grpc.Port.ToString(CultureInfo.InvariantCulture), Http.Port.ToString(CultureInfo.InvariantCulture),
        ];
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, .. ports, .. _faults])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? "";
        Assert.StartsWith(Listening, line, StringComparison.Ordinal);
        var urls = line[Listening.Length..].Split(' ');
        (Grpc, Http) = (new Uri(urls[0]), new Uri(urls[1]));
    }

    /// <summary>Ends it at once, as <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Ends it, and tells what has gone through it.</summary>
    public async Task<string> EndAsync(CancellationToken cancellationToken)
    {
        _process!.StandardInput.Close();
        return await _process.StandardOutput.ReadToEndAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
