using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TuneGraph.Benchmarks;

/// <summary>
/// <c>dispatch [trials]</c>: trials of one second on 16 slots, by workers that wait instead of training: the time that
/// the scheduler itself costs. Utilisation is seconds of trials by seconds of slots. A sweep of a trial for each slot
/// comes first, as on a scheduler that does not run its very first one.
/// </summary>
internal static class DispatchBenchmark
{
    private const int Workers = 4;
    private const int SlotsEach = 4;

    private static readonly TimeSpan _trial = TimeSpan.FromSeconds(1);

    public static int Run(string[] arguments) =>
        RunAsync(arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 1000)
            .GetAwaiter().GetResult();

    private static async Task<int> RunAsync(int trials)
    {
        using var scheduler = SchedulerProcess.Start(postgres: null);
        using var client = new SchedulerClient(scheduler.Address);
        using var ended = new CancellationTokenSource();
        var counts = new Counts(Workers * SlotsEach);
        var workers = Enumerable.Range(0, Workers)
            .Select(number => WorkAsync(scheduler.Address, $"w{number}", () => counts, ended.Token))
            .ToList();
        while ((await client.WorkersAsync()).Length < Workers)
            await Task.Delay(10);
        var sweep = Path.Combine(Path.GetTempPath(), $"dispatch-{Environment.ProcessId}.yaml");
        await File.WriteAllTextAsync(sweep, Sweep("warm", Workers * SlotsEach));
        await client.SubmitAsync(sweep);
        await counts.Last.Task;
        counts = new Counts(trials);
        await File.WriteAllTextAsync(sweep, Sweep("dispatch", trials));
        var began = Stopwatch.GetTimestamp();
        await client.SubmitAsync(sweep);
        var first = await counts.First.Task;
        var last = await counts.Last.Task;
        var seconds = Stopwatch.GetElapsedTime(began, last).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {trials} trials of {_trial.TotalSeconds} s on {Workers * SlotsEach} slots: {seconds:0.00} s
            utilisation {trials * _trial.TotalSeconds / (Workers * SlotsEach * seconds):P1}
            submit to the first order at a worker: {Stopwatch.GetElapsedTime(began, first).TotalMilliseconds:0} ms
            """));
        await ended.CancelAsync();
        File.Delete(sweep);
        return 0;
    }

    private static string Sweep(string name, int trials) => $$"""
        apiVersion: tunegraph/v1
        kind: Sweep
        name: {{name}}
        seed: {{trials}}
        objective: {metric: val_loss}
        data: {file: "{{Path.GetFullPath("examples/data/diabetes.csv.gz")}}", target: progression, task: regression}
        model: {type: mlp, hidden: [4]}
        space: {lr: {type: float, low: 1e-4, high: 1e-2, log: true} }
        training: {epochs: 1, batchSize: 32, optimizer: {type: adamw, learningRate: $lr} }
        sampler: random
        budget: {trials: {{trials}} }
        """;

    private static async Task WorkAsync(Uri address, string name, Func<Counts> counts, CancellationToken ended)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address, "api/v1/") };
        var version = typeof(SchedulerClient).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        var lease = await PostAsync(http, "workers", new
        {
            name,
            instance = name,
            version,
            slots = SlotsEach,
            cores = SlotsEach,
            accelerators = 0,
            memoryBytes = 0L,
            labels = Array.Empty<string>(),
        }, ended);
        var held = new Dictionary<string, Task>();
        try
        {
            while (!ended.IsCancellationRequested)
            {
                foreach (var done in held.Where(order => order.Value.IsCompleted).Select(order => order.Key).ToList())
                    held.Remove(done);
                var news = await PostAsync(
                    http,
                    $"workers/{lease!["token"]}/renew",
                    new { held = held.Keys.ToArray(), stopping = Array.Empty<string>(), waitSeconds = 2.0 },
                    ended);
                if (news?["order"] is JsonObject order)
                    held.TryAdd((string)order["token"]!, TrainAsync(http, order, counts()));
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private static async Task TrainAsync(HttpClient http, JsonObject order, Counts counts)
    {
        counts.Began();
        await Task.Delay(_trial);
        var word = new
        {
            study = (string)order["study"]!,
            trial = (int)order["trial"]!,
            segment = (string)order["segment"]!,
            step = (int)order["to"]!,
            metrics = new { trainLoss = 1.0, validationLoss = 1.0 },
        };
        await PostAsync(http, $"orders/{order["token"]}/steps", word);
        await PostAsync(http, $"orders/{order["token"]}/end", new { outcome = "Done" });
        counts.Ended();
    }

    private static async Task<JsonNode?> PostAsync(
        HttpClient http, string path, object body, CancellationToken cancellationToken = default)
    {
        using var answer = await http.PostAsJsonAsync(path, body, JsonSerializerOptions.Web, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    private sealed class Counts(int trials)
    {
        private int _ended;

        public TaskCompletionSource<long> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<long> Last { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Began() => First.TrySetResult(Stopwatch.GetTimestamp());

        public void Ended()
        {
            if (Interlocked.Increment(ref _ended) == trials)
                Last.TrySetResult(Stopwatch.GetTimestamp());
        }
    }
}
