using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TuneGraph.Tests.Cli;

/// <summary>The command as a real process, which can be sent real signals.</summary>
internal sealed class CommandProcess : IDisposable
{
    private readonly Process _process;

    private CommandProcess(Process process) => _process = process;

    public static CommandProcess Start(params string[] args)
    {
        var command = Path.Combine(AppContext.BaseDirectory, "TuneGraph.Cli.dll");
        // A shell starts what runs in its background with SIGINT ignored; the command is to have it as in a terminal.
        var info = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", command, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new CommandProcess(Process.Start(info)!);
    }

    /// <summary>Reads lines until one contains a text.</summary>
    public async Task ReadUntilAsync(string text, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException(
            $"The command ended before it wrote '{text}': "
            + $"{await _process.StandardError.ReadToEndAsync(cancellationToken)}"
        );
    }

    public void Kill() => _process.Kill();

    public void Signal(PosixSignal signal)
    {
        var name = signal == PosixSignal.SIGINT ? "-INT" : "-TERM";
        using var kill = Process.Start(
            "kill",
            [name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        kill.WaitForExit();
    }

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.StandardOutput.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
