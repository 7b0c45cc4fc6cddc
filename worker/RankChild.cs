using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace TuneGraph.Worker;

/// <summary>A <see cref="RankProcess"/>, seen from the worker.</summary>
internal sealed class RankChild : IDisposable
{
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly TextWriter _commands;
    private readonly Lock _writing = new();
    private readonly TrialOutput _nobodys;
    private readonly Task _errors;
    private bool _isDisposed;

    /// <param name="name">Of all processes that are there at once no other has it.</param>
    /// <param name="mask">Takes secrets out of what it prints.</param>
    public RankChild(string name, SecretMask mask)
    {
        _nobodys = new TrialOutput(mask, () => Echo(null, _nobodys!.Take()));
        var start = Self(RankProcess.Verb);
        (start.RedirectStandardInput, start.RedirectStandardError) = (true, true);
        start.Environment[DaprBus.InboxVariable] = name;
        _process = Process.Start(start)!;
        _commands = _process.StandardInput;
        _errors = ReadErrorsAsync(_process.StandardError);
    }

    /// <summary>Gathers what it prints; null where it works for nobody.</summary>
    public TrialOutput? Output { get; set; }

    public bool HasExited => Volatile.Read(ref _isDisposed) || _process.HasExited;

    public int Id => _process.Id;

    /// <summary>Errors are for who runs the worker, too.</summary>
    public static void Echo(string? whose, IEnumerable<PrintedLine> lines)
    {
        foreach (var line in lines.Where(line => line.IsError))
            Console.Error.WriteLine(whose is null ? line.Text : $"{whose}: {line.Text}");
    }

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
                if (!line.StartsWith(RankWord.Mark, StringComparison.Ordinal))
                {
                    // Something that a library printed beside the console's writers.
                    (Output ?? _nobodys).Add(PrintedLine.Of(rank: null, isError: false, line));
                    continue;
                }

                var word = JsonSerializer.Deserialize(
                    line.AsSpan(RankWord.Mark.Length), WireJson.Default.RankWord)!;
                (Output ?? _nobodys).Add(word.Printed ?? []);
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

    /// <summary>Ends it, and says how it ended; by then all that it printed has come.</summary>
    public async Task<string> EndAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        // A process that it has started may hold the pipe open.
        await Task.WhenAny(_errors, Task.Delay(_lastWords, CancellationToken.None));
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

    private async Task ReadErrorsAsync(StreamReader errors)
    {
        var buffer = new char[4096];
        try
        {
            while (await errors.ReadAsync(buffer) is > 0 and var count)
                (Output ?? _nobodys).Write(rank: null, isError: true, buffer.AsSpan(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Gone.
        }
    }
}
