using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>
/// <c>ask-tell CONNECTION [sampler]</c>: 4 processes run 200 trivial trials each on one study in PostgreSQL, as
/// <c>bench_optuna.py parallel</c> of the peers does. Trials a second, from the first process's start signal to the
/// last one's end.
/// </summary>
internal static class AskTellBenchmark
{
    private const int Processes = 4;
    private const int Trials = 200;
    private const string Study = "par";

    public static int Run(string[] arguments)
    {
        if (arguments is ["client", var address])
            return Client(new Uri(address)).GetAwaiter().GetResult();
        if (arguments is not [var connection, .. var rest])
        {
            Console.Error.WriteLine("ask-tell CONNECTION [sampler]: names a PostgreSQL server, see .ci/postgres.");
            return 2;
        }

        foreach (var sampler in rest.Length > 0 ? rest : ["random", "tpe"])
        {
            for (var repetition = 0; repetition < 3; repetition++)
                Measure(connection, sampler);
        }

        return 0;
    }

    private static void Measure(string connection, string sampler)
    {
        var schema = "bench_" + Guid.NewGuid().ToString("N");
        using var scheduler = SchedulerProcess.Start($"{connection};Search Path={schema}");
        using var client = new SchedulerClient(scheduler.Address);
        client.MakeAsync(Study, $$"""
            {"space": {"x": {"type": "float", "low": -5, "high": 5} }, "sampler": "{{sampler}}"}
            """).GetAwaiter().GetResult();
        var self = Path.Combine(AppContext.BaseDirectory, "TuneGraph.Benchmarks.dll");
        var clients = Enumerable.Range(0, Processes).Select(_ => Process.Start(
            new ProcessStartInfo("dotnet", [self, "ask-tell", "client", scheduler.Address.ToString()])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!).ToList();
        clients.ForEach(process => process.StandardOutput.ReadLine());
        var began = Stopwatch.GetTimestamp();
        clients.ForEach(process => process.StandardInput.WriteLine());
        clients.ForEach(process => process.WaitForExit());
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var told = client.StudyAsync(Study).GetAwaiter().GetResult().Trials["completed"];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sampler}: {told} of {Processes * Trials} trials in {seconds:0.00} s, {told / seconds:0} trials/s"));
    }

    private static async Task<int> Client(Uri address)
    {
        using var client = new SchedulerClient(address);
        await client.StudyAsync(Study); // connected and compiled, as the peers are when they say that they are ready
        Console.WriteLine("ready");
        Console.ReadLine();
        for (var done = 0; done < Trials; done++)
        {
            var trial = (await client.AskAsync(Study)).Trials[0];
            var x = trial.Parameters["x"].GetDouble();
            await client.TellAsync(Study, trial.Trial, new TellRequest(Value: x * x));
        }

        return 0;
    }
}
