using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>A scheduler of this build as a process of its own, with its data in a temporary folder.</summary>
internal sealed class SchedulerProcess : IDisposable
{
    private const string Listening = "listening on ";
    private const string StandingBy = "standing by for ";

    private readonly Process _process;
    private readonly string _folder;
    private readonly bool _isOwn;

    private SchedulerProcess(Process process, string folder, bool isOwn, Uri address) =>
        (_process, _folder, _isOwn, Address) = (process, folder, isOwn, address);

    public Uri Address { get; }

    /// <summary>Starts it, and waits until it listens or stands by for another one.</summary>
    /// <param name="postgres">Connection string of the database; null for files.</param>
    /// <param name="folder">Its folder; null for one that goes with it.</param>
    /// <param name="port">Where it listens; 0 for any port.</param>
    public static SchedulerProcess Start(string? postgres, string? folder = null, int port = 0)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("tunegraph-bench-").FullName;
        var urls = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        string[] arguments = [ProgramOf("Scheduler"), "--urls", urls, "--data", data];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
        };
        start.Environment["TUNEGRAPH_POSTGRES"] = postgres ?? "";
        start.Environment["TUNEGRAPH_TOKEN"] = "";
        var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
                return new SchedulerProcess(process, data, folder is null, new Uri(line[Listening.Length..]));
            if (line.StartsWith(StandingBy, StringComparison.Ordinal))
                return new SchedulerProcess(process, data, folder is null, new Uri(line.Split(' ')[^1]));
        }

        throw new InvalidOperationException("The scheduler ended before it listened.");
    }

    /// <summary>Path of a host of this build.</summary>
    public static string ProgramOf(string host)
    {
        var program = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "..", "..", $"TuneGraph.{host}", "release", $"TuneGraph.{host}.dll"));
        return File.Exists(program)
            ? program
            : throw new FileNotFoundException($"Build it first, dotnet build -c Release: {program}.");
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_isOwn)
            Directory.Delete(_folder, recursive: true);
    }
}
