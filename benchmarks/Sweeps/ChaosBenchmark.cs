using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Does a sweep come out the same, to the last bit, whatever is done to the processes that run it? A scheduler and four
/// workers as real processes; a seed decides who is killed or stopped, and when.
/// </summary>
internal sealed class ChaosBenchmark : IDisposable
{
    private const int Workers = 4;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    private readonly Random _chance;
    private readonly string _folder = Directory.CreateTempSubdirectory("tunegraph-chaos-").FullName;
    private readonly Dictionary<string, Process> _processes = [];
    private readonly Dictionary<string, int> _faults = [];
    private readonly string _url;

    private ChaosBenchmark(int seed)
    {
        _chance = new Random(seed);
        _url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{20_000 + (seed * 7 % 10_000)}");
    }

    /// <summary>chaos [runs] [first seed] [bin folder]</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        var first = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        var (same, faults) = (0, 0);
        for (var seed = first; seed < first + runs; seed++)
        {
            using var chaos = new ChaosBenchmark(seed);
            var began = Stopwatch.GetTimestamp();
            var outcome = chaos.RunAsync().GetAwaiter().GetResult();
            same += outcome == "same" ? 1 : 0;
            faults += chaos._faults.Values.Sum();
            Console.WriteLine(
                $"seed {seed}: {outcome}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, "
                + string.Join(", ", chaos._faults.Select(fault => $"{fault.Value} {fault.Key}")));
        }

        Console.WriteLine($"{same} of {runs} runs gave the same bits as a run that was left alone; {faults} faults");
        return same == runs ? 0 : 1;
    }

    public void Dispose()
    {
        foreach (var process in _processes.Values)
            End(process);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> RunAsync()
    {
        using var limit = new CancellationTokenSource(_limit);
        var sweep = Path.Combine(_folder, "chaos.yaml");
        await File.WriteAllTextAsync(sweep, Sweep, limit.Token);
        var expected = await new SweepRunner(SweepFile.Load(sweep) with { OutputFolder = null }).RunAsync();
        StartScheduler();
        for (var worker = 0; worker < Workers; worker++)
            StartWorker(worker);
        using var client = new SchedulerClient(new Uri(_url));
        try
        {
            await EventuallyAsync(() => client.SubmitAsync(sweep, null, limit.Token), limit.Token);
            StudyView study;
            while ((study = await EventuallyAsync(() => client.StudyAsync("chaos", limit.Token), limit.Token)).State
                is "starting" or "running")
            {
                await Task.Delay(_chance.Next(100, 700), limit.Token);
                if (_faults.Values.Sum() < 8)
                    Harm();
                else
                    Heal();
            }

            var actual = await client.ExportAsync("chaos", "csv", limit.Token);
            return study.State != "finished" ? $"{study.State}: {study.Reason}"
                : actual == TrialsCsv.Write(expected.Trials, ["val_loss"]) ? "same"
                : "OTHER BITS";
        }
        catch (OperationCanceledException)
        {
            return "NEVER ENDED";
        }
    }

    private void Harm()
    {
        var worker = _chance.Next(Workers);
        switch (_chance.Next(5))
        {
            case 0:
                Note("scheduler killed");
                End(_processes["scheduler"]);
                StartScheduler();
                break;
            case 1:
                Note("worker killed");
                End(_processes[Name(worker)]);
                StartWorker(worker);
                break;
            case 2:
                Note("worker stopped");
                Signal("STOP", _processes[Name(worker)].Id);
                break;
            case 3:
                Note("worker told to leave");
                Signal("TERM", _processes[Name(worker)].Id);
                break;
            default:
                Note("ranks killed");
                using (var kill = Process.Start(
                    "pkill", ["-KILL", "-P", _processes[Name(worker)].Id.ToString(CultureInfo.InvariantCulture)]))
                    kill.WaitForExit();
                break;
        }
    }

    // Whoever is stopped goes on, and finds that its attempts are another's; whoever has left comes back.
    private void Heal()
    {
        for (var worker = 0; worker < Workers; worker++)
        {
            if (_processes[Name(worker)].HasExited)
                StartWorker(worker);
            else
                Signal("CONT", _processes[Name(worker)].Id);
        }
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (SchedulerException e) when (e.Code is "unreachable" or "scheduler-ending")
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private void StartScheduler() =>
        Start("scheduler", "Scheduler", "--urls", _url, "--data", Path.Combine(_folder, "data"), "--lease", "2",
            "--kills", "100");

    private void StartWorker(int worker) =>
        Start(Name(worker), "Worker", "--scheduler", _url, "--slots", "1", "--stall", "5",
            "--data", Path.Combine(_folder, Name(worker)));

    private void Start(string name, string host, params string[] arguments)
    {
        var program = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "..", "..", $"TuneGraph.{host}", "release", $"TuneGraph.{host}.dll"));
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes[name] = process;
    }

    private void Note(string fault) => _faults[fault] = _faults.GetValueOrDefault(fault) + 1;

    private static string Name(int worker) => string.Create(CultureInfo.InvariantCulture, $"w{worker}");

    private static void End(Process process)
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
    }

    private static void Signal(string signal, int process)
    {
        string[] arguments = [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)];
        using var kill = Process.Start(new ProcessStartInfo("kill", arguments) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private static string Sweep =>
        $$$"""
        apiVersion: tunegraph/v1
        kind: Sweep
        name: chaos
        seed: 3
        objective: {metric: val_loss, direction: minimize}
        data: {file: {{{Path.GetFullPath("examples/data/wine.csv.gz")}}}, target: cultivar}
        model: {type: mlp, width: $width}
        space:
          width: {type: int, low: 4, high: 32, log: true}
          lr: {type: float, low: 0.001, high: 0.01, log: true}
        sampler: {type: random}
        training: {epochs: 120, batchSize: 8, optimizer: {type: adam, learningRate: $lr}}
        budget: {trials: 16}
        """;
}
