using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TuneGraph.Benchmarks;

/// <summary>A scheduler and its workers as real processes, each worker behind a link of its own.</summary>
internal sealed class ChaosCluster : IDisposable
{
    private const string Scheduler = "scheduler";
    private static readonly TimeSpan _endTime = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("tunegraph-chaos-").FullName;
    private readonly string? _postgres;
    private readonly int _port;
    private readonly Dictionary<string, Process> _processes = [];
    private readonly List<LinkProxy> _links = [];
    private readonly Queue<string> _said = [];

    /// <param name="programs">Path of a host, by its name.</param>
    /// <param name="workers">How many workers, of one slot each.</param>
    /// <param name="postgres">Where studies are kept; null for files.</param>
    public ChaosCluster(Func<string, string> programs, int workers, string? postgres)
    {
        (ProgramOf, _postgres, _port) = (programs, postgres, FreePort());
        StartScheduler();
        for (var worker = 0; worker < workers; worker++)
        {
            _links.Add(new LinkProxy(_port));
            StartWorker(worker);
        }
    }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>Steps that were told by all workers, repeated ones among them.</summary>
    public int StepsTold => _links.Sum(link => link.Steps);

    public IReadOnlyList<LinkProxy> Links => _links;

    /// <summary>The last lines that any process has written.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    private Func<string, string> ProgramOf { get; }

    public string PathOf(string name) => Path.Combine(_folder, name);

    public void KillScheduler()
    {
        End(_processes[Scheduler]);
        StartScheduler();
    }

    public void KillWorker(int worker)
    {
        End(_processes[Name(worker)]);
        StartWorker(worker);
    }

    public void SignalScheduler(string signal) => Signal(signal, _processes[Scheduler].Id);

    /// <summary>Sends a signal to a worker; one that has left comes back first.</summary>
    public void SignalWorker(int worker, string signal)
    {
        if (_processes[Name(worker)].HasExited)
            StartWorker(worker);
        else
            Signal(signal, _processes[Name(worker)].Id);
    }

    /// <summary>Sends a signal to the processes that run a worker's ranks.</summary>
    public void SignalRanks(int worker, string signal) => Call(
        "pkill", $"-{signal}", "-P", _processes[Name(worker)].Id.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        foreach (var process in _processes.Values)
        {
            Signal("CONT", process.Id);
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            End(process);
        }

        _links.ForEach(link => link.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private void StartScheduler() => Start(
        Scheduler, "Scheduler", "--urls", Address.ToString(), "--data", PathOf("data"), "--lease", "2", "--kills",
        "100");

    private void StartWorker(int worker) => Start(
        Name(worker), "Worker", "--scheduler", _links[worker].Address.ToString(), "--name", Name(worker), "--slots",
        "1", "--stall", "3", "--data", PathOf(Name(worker)));

    private void Start(string name, string host, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramOf(host), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TUNEGRAPH_POSTGRES"] = _postgres ?? "";
        start.Environment["TUNEGRAPH_TOKEN"] = "";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(name, line.Data);
        process.ErrorDataReceived += (_, line) => Hear(name, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes[name] = process;
    }

    private void Hear(string name, string? line)
    {
        const int Most = 60;
        if (line is null)
            return;
        lock (_said)
        {
            _said.Enqueue($"{name}: {line}");
            if (_said.Count > Most)
                _said.Dequeue();
        }
    }

    private static string Name(int worker) => string.Create(CultureInfo.InvariantCulture, $"w{worker}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit(_endTime); // not for its output, which a child that is stopped may hold open
    }

    private static void Signal(string signal, int process) =>
        Call("kill", $"-{signal}", process.ToString(CultureInfo.InvariantCulture));

    private static void Call(string program, params string[] arguments)
    {
        // That somebody is gone already is no error.
        using var call = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        call.WaitForExit();
    }
}
