using System.Diagnostics;

namespace TuneGraph.Benchmarks;

/// <summary>A throw-away PostgreSQL that may be restarted under whoever uses it.</summary>
internal sealed class OwnPostgres : IDisposable
{
    private readonly string _script;
    private readonly string _folder = Path.Combine("/tmp", $"tunegraph-chaos-pg-{Environment.ProcessId}");

    private OwnPostgres(string script)
    {
        _script = script;
        Connection = Call("start", _folder, "fsync=off");
    }

    /// <summary>Its connection string.</summary>
    public string Connection { get; }

    /// <summary>Starts one; null where there is none and none can be installed.</summary>
    /// <param name="repository">The repository's root.</param>
    public static OwnPostgres? TryStart(string repository)
    {
        try
        {
            return new OwnPostgres(Path.Combine(repository, ".ci", "postgres"));
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Ends it as a crash would, and starts it again.</summary>
    public void Restart() => Call("restart", _folder);

    public void Dispose() => Call("stop", _folder);

    private string Call(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(_script, arguments) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0
            ? said
            : throw new InvalidOperationException($".ci/postgres {arguments[0]} ended with {process.ExitCode}.");
    }
}
