using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>
/// <c>fail-over CONNECTION [rounds]</c>: two schedulers of one PostgreSQL; the one that leads is killed. Seconds until
/// the other one answers the client's next question for a trial.
/// </summary>
internal static class FailoverBenchmark
{
    private const string Study = "line";
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    public static int Run(string[] arguments)
    {
        if (arguments is not [var connection, .. var rest])
        {
            Console.Error.WriteLine("fail-over CONNECTION [rounds]: names a PostgreSQL server, see .ci/postgres.");
            return 2;
        }

        var rounds = rest is [var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : 5;
        for (var round = 0; round < rounds; round++)
            Measure($"{connection};Search Path=bench_{Guid.NewGuid():N}").GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Measure(string connection)
    {
        var folder = Directory.CreateTempSubdirectory("tunegraph-bench-").FullName;
        try
        {
            using var leader = SchedulerProcess.Start(connection, folder);
            // It keeps its port when it comes to lead, so the port cannot be any.
            using var standby = SchedulerProcess.Start(connection, folder, leader.Address.Port + 1);
            using var client = new SchedulerClient([leader.Address, standby.Address], null, _patience);
            await client.MakeAsync(
                Study, """{"space": {"x": {"type": "float", "low": 0, "high": 1} }, "sampler": "random"}""");
            var before = (await client.AskAsync(Study)).Trials[0].Trial;
            leader.Kill();
            var began = Stopwatch.GetTimestamp();
            var after = (await client.AskAsync(Study)).Trials[0].Trial;
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"trial {before}, then trial {after} after {seconds:0.0} s"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
