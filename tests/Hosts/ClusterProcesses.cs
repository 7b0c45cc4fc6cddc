using System.Diagnostics;
using System.Globalization;
using System.Text;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Hosts;

/// <summary>A scheduler and its workers as real processes, which end with the test.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private const string Listening = "listening on ";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Process> _workers = [];
    private readonly StringBuilder _said = new();
    private readonly string[] _settings;
    private Process? _scheduler;
    private Process? _standby;
    private string _urls = "http://127.0.0.1:0";
    private string _all = "";

    /// <param name="settings">Further arguments of the scheduler.</param>
    public ClusterProcesses(params string[] settings) => _settings = settings;

    /// <summary>Speaks with the scheduler.</summary>
    public SchedulerClient Client { get; private set; } = new(new Uri("http://127.0.0.1:1"));

    /// <summary>The token that scheduler, workers and client share; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Connection string of the database that holds the studies; null for files.</summary>
    public string? Postgres { get; init; }

    /// <summary>Further variables of the processes that are started from now on.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public string PathOf(string name) => _folder[name];

    /// <summary>Where the scheduler listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>Everything that any process has written, for the message of a failed test.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Starts the scheduler, or starts it anew, at the same address and with the same folder.</summary>
    public async Task StartSchedulerAsync(CancellationToken cancellationToken)
    {
        var listens = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scheduler = Start(
            "Scheduler",
            ["--urls", _urls, "--data", _folder["data"], .. _settings],
            line =>
            {
                if (line.StartsWith(Listening, StringComparison.Ordinal))
                    listens.TrySetResult(line[Listening.Length..]);
            });
        var ended = _scheduler.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(listens.Task, ended) == ended)
            throw new InvalidOperationException($"The scheduler ended before it listened: {Said}");
        _all = _urls = await listens.Task;
        Address = new Uri(_urls);
        Client.Dispose();
        Client = new SchedulerClient(Address, Token);
    }

    /// <summary>Starts a second scheduler with the same folder, and waits until it stands by.</summary>
    public async Task StartStandbyAsync(CancellationToken cancellationToken)
    {
        using var spare = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        spare.Start();
        var second = $"http://{spare.LocalEndpoint}";
        spare.Stop();
        var stands = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _standby = Start(
            "Scheduler",
            ["--urls", second, "--data", _folder["data"], .. _settings],
            line =>
            {
                if (line.StartsWith("standing by", StringComparison.Ordinal))
                    stands.TrySetResult();
            });
        await stands.Task.WaitAsync(cancellationToken);
        _all = $"{_urls},{second}";
        Client.Dispose();
        Client = new SchedulerClient([Address, new Uri(second)], Token, TimeSpan.FromSeconds(30));
    }

    public void StartWorker(string name, int slots = 1, params string[] settings) =>
        _workers[name] = Start(
            "Worker",
            [
                "--scheduler", _all, "--name", name, "--slots", slots.ToString(CultureInfo.InvariantCulture),
                "--data", _folder[name], .. settings,
            ],
            _ => { });

    public bool IsAlive(string worker) => !_workers[worker].HasExited;

    /// <summary>Sends a signal to a worker.</summary>
    public void Signal(string worker, string signal) => Send(signal, _workers[worker].Id);

    /// <summary>Sends a signal to the processes that run a worker's trials.</summary>
    /// <returns>How many there are.</returns>
    public int SignalRanks(string worker, string signal)
    {
        using var find = Process.Start(
            new ProcessStartInfo("pgrep", ["-P", _workers[worker].Id.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardOutput = true,
            })!;
        var children = find.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var child in children)
            Send(signal, int.Parse(child, CultureInfo.InvariantCulture));
        return children.Length;
    }

    public void KillScheduler() => SignalScheduler("KILL");

    public void SignalScheduler(string signal) => Send(signal, _scheduler!.Id);

    public async Task<int> TerminateSchedulerAsync(CancellationToken cancellationToken)
    {
        Send("TERM", _scheduler!.Id);
        await _scheduler.WaitForExitAsync(cancellationToken);
        return _scheduler.ExitCode;
    }

    public async Task<int> ExitOfAsync(string worker, CancellationToken cancellationToken)
    {
        await _workers[worker].WaitForExitAsync(cancellationToken);
        return _workers[worker].ExitCode;
    }

    /// <summary>Waits until something is true, by asking again and again; the test's limit is the deadline.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        try
        {
            while (!await ReachedAsync(condition))
                await Task.Delay(20, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It never came to that. What the processes said:\n{Said}");
        }
    }

    public Task<StudyView> EndAsync(string study, CancellationToken cancellationToken) =>
        UntilStateAsync(study, state => state is not ("starting" or "running"), cancellationToken);

    public async Task<StudyView> UntilStateAsync(
        string study, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        StudyView? view = null;
        await UntilAsync(
            async () => wanted((view = await Client.StudyAsync(study, cancellationToken)).State), cancellationToken);
        return view!;
    }

    /// <summary>Waits until all trials of a study together have so many steps.</summary>
    public Task StepsAsync(string study, int steps, CancellationToken cancellationToken) =>
        UntilAsync(
            async () =>
            {
                var view = await Client.StudyAsync(study, cancellationToken);
                Assert.True(view.State != "failed", view.Reason);
                return (await Client.TrialsAsync(study, cancellationToken)).Sum(trial => trial.Steps) >= steps;
            },
            cancellationToken);

    /// <summary>The study as its scheduler keeps it.</summary>
    public StoredStudy Stored(string study)
    {
        using var store = SqliteStudyStore.OpenExisting(
            StudyFolder.StorePath(Path.Combine(_folder["data"], "studies", study)));
        return store.Load(study)!;
    }

    /// <summary>What the trials of a study printed, as its scheduler keeps it.</summary>
    public IReadOnlyList<StoredLine> Printed(string study)
    {
        using var store = SqliteStudyStore.OpenExisting(
            StudyFolder.StorePath(Path.Combine(_folder["data"], "studies", study)));
        return store.Printed(study, new PrintedQuery());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _workers.Values.Append(_scheduler).Append(_standby).OfType<Process>())
        {
            if (!process.HasExited)
            {
                Send("CONT", process.Id);
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        Client.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> ReachedAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (SchedulerException)
        {
            return false; // it is away, or does not know the study yet
        }
    }

    private Process Start(string host, string[] arguments, Action<string> heard)
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"TuneGraph.{host}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TUNEGRAPH_TOKEN"] = Token ?? "";
        start.Environment["TUNEGRAPH_POSTGRES"] = Postgres ?? "";
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        void Hear(string? line)
        {
            if (line is null)
                return;
            lock (_said)
                _said.AppendLine(CultureInfo.InvariantCulture, $"{host} {process.Id}: {line}");
            heard(line);
        }

        process.OutputDataReceived += (_, said) => Hear(said.Data);
        process.ErrorDataReceived += (_, said) => Hear(said.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Send(string signal, int process)
    {
        using var kill = Process.Start(
            new ProcessStartInfo("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardError = true, // that it is gone already is no error
            })!;
        kill.WaitForExit();
    }
}
