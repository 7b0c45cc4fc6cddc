using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace TuneGraph.Worker;

/// <summary>A <see cref="RankProcess"/>, seen from the worker.</summary>
internal sealed class RankChild : IDisposable
{
    private readonly Process _process;
    private readonly TextWriter _commands;
    private readonly Lock _writing = new();
    private bool _isDisposed;

    /// <param name="name">Of all processes that are there at once no other has it.</param>
    public RankChild(string name)
    {
        var start = Self(RankProcess.Verb);
        start.RedirectStandardInput = true;
        start.Environment[DaprBus.InboxVariable] = name;
        _process = Process.Start(start)!;
        _commands = _process.StandardInput;
    }

    public bool HasExited => Volatile.Read(ref _isDisposed) || _process.HasExited;

    public int Id => _process.Id;

    /// <summary>How to start this program anew with another verb.</summary>
    public static ProcessStartInfo Self(string verb)
    {
        // As an apphost of its own, or by the dotnet host that runs this one.
        var self = Environment.ProcessPath!;
        string[] arguments = Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? [Assembly.GetExecutingAssembly().Location, verb]
            : [verb];
        var start = new ProcessStartInfo(self, arguments) { RedirectStandardOutput = true };
        start.Environment.Remove("TUNEGRAPH_TOKEN"); // user code has no need of it
        return start;
    }

    /// <summary>
    /// Says something; a process that is gone hears nothing, and its end is told by <see cref="HearAsync"/>.
    /// </summary>
    public void Say(RankCommand command)
    {
        lock (_writing)
        {
            try
            {
                _commands.WriteLine(JsonSerializer.Serialize(command, WireJson.Default.RankCommand));
                _commands.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Gone.
            }
        }
    }

    /// <summary>The next thing it says; null when it has ended or has been silent for too long.</summary>
    public async Task<RankWord?> HearAsync(TimeSpan stall, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            limit.CancelAfter(stall);
            try
            {
                var line = await _process.StandardOutput.ReadLineAsync(limit.Token);
                if (line is null)
                    return null;
                if (!line.StartsWith('{'))
                    continue; // something that a library printed
                var word = JsonSerializer.Deserialize(line, WireJson.Default.RankWord)!;
                if (word is not { Step: null, Meeting: null, End: null })
                    return word;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Kill();
                return null;
            }
        }
    }

    /// <summary>Ends it, and says how it ended.</summary>
    public async Task<string> EndAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        const int SignalBase = 128;
        var code = _process.ExitCode;
        return code > SignalBase ? $"signal {code - SignalBase}" : $"exit code {code}";
    }

    public void Kill()
    {
        if (!HasExited)
            _process.Kill(entireProcessTree: true);
    }

    public void Dispose()
    {
        Kill();
        Volatile.Write(ref _isDisposed, true);
        _process.Dispose();
    }
}
