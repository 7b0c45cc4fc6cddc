using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>
/// <c>first-step [rounds]</c>: from the submission of a sweep to the first step of its first trial, as a client sees
/// it; a scheduler and a worker that have run one before, and the data known to the scheduler.
/// </summary>
internal static class FirstStepBenchmark
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);

    public static int Run(string[] arguments) =>
        RunAsync(arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 7)
            .GetAwaiter().GetResult();

    private static async Task<int> RunAsync(int rounds)
    {
        using var scheduler = SchedulerProcess.Start(postgres: null);
        using var client = new SchedulerClient(scheduler.Address);
        var folder = Directory.CreateTempSubdirectory("tunegraph-bench-").FullName;
        using var worker = StartWorker(scheduler.Address, folder);
        try
        {
            while ((await client.WorkersAsync()).Length == 0)
                await Task.Delay(_pause);
            for (var round = 0; round <= rounds; round++)
            {
                var seconds = await MeasureAsync(client, Path.Combine(folder, "sweep.yaml"), round);
                var what = round == 0 ? "the first sweep of all" : "submit to first step";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {seconds * 1e3:0} ms"));
            }

            return 0;
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
            await worker.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(SchedulerClient client, string sweep, int round)
    {
        var name = $"round-{round}";
        await File.WriteAllTextAsync(sweep, $$"""
            apiVersion: tunegraph/v1
            kind: Sweep
            name: {{name}}
            seed: {{round}}
            objective: {metric: val_loss}
            data: {file: "{{Path.GetFullPath("examples/data/wine.csv.gz")}}", target: cultivar}
            model: {type: mlp, hidden: [16]}
            space: {lr: {type: float, low: 1e-4, high: 1e-2, log: true} }
            training: {epochs: 20, batchSize: 16, optimizer: {type: adamw, learningRate: $lr} }
            sampler: random
            budget: {trials: 1}
            """);
        var began = Stopwatch.GetTimestamp();
        await client.SubmitAsync(sweep);
        while (!(await client.TrialsAsync(name)).Any(trial => trial.Steps > 0))
            await Task.Delay(_pause);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        while ((await client.StudyAsync(name)).State is "starting" or "running")
            await Task.Delay(_pause);
        return seconds;
    }

    private static Process StartWorker(Uri scheduler, string folder)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            SchedulerProcess.ProgramOf("Worker"), "--scheduler", scheduler.ToString(), "--slots", "1", "--data",
            Path.Combine(folder, "worker"),
        ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["TUNEGRAPH_TOKEN"] = "";
        var worker = Process.Start(start)!;
        worker.BeginOutputReadLine();
        return worker;
    }
}
