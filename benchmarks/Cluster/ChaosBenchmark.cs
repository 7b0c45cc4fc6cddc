using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>Does a sweep come out right, whatever is done to the processes that run it?</summary>
internal static class ChaosBenchmark
{
    private const int Trials = 12;
    private const int Faults = 8;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);

    /// <summary>chaos [--runs N] [--seed S] [--database no]</summary>
    public static int Run(string[] args)
    {
        var (runs, first, usesDatabase) = (5, 1, true);
        for (var at = 0; at + 1 < args.Length; at += 2)
        {
            (runs, first, usesDatabase) = args[at] switch
            {
                "--runs" => (int.Parse(args[at + 1], CultureInfo.InvariantCulture), first, usesDatabase),
                "--seed" => (runs, int.Parse(args[at + 1], CultureInfo.InvariantCulture), usesDatabase),
                "--database" => (runs, first, args[at + 1] != "no"),
                _ => throw new ArgumentException($"'{args[at]}' is unknown; use --runs, --seed or --database no."),
            };
        }

        using var postgres = usesDatabase ? OwnPostgres.TryStart(Environment.CurrentDirectory) : null;
        Console.WriteLine(postgres is null ? "without a database" : "with PostgreSQL");
        var (good, faults, redone) = (0, 0, 0);
        for (var seed = first; seed < first + runs; seed++)
        {
            var began = Stopwatch.GetTimestamp();
            using var limit = new CancellationTokenSource(_limit);
            var outcome = new ChaosRun(
                seed, Trials, Faults, ProgramOf, Path.GetFullPath("examples/data/wine.csv.gz"), postgres)
                .RunAsync(limit.Token).GetAwaiter().GetResult();
            good += outcome.Broken.Count == 0 ? 1 : 0;
            faults += outcome.Faults.Values.Sum();
            redone += outcome.RedoneSteps;
            var verdict = outcome.Broken.Count == 0 ? "good" : string.Join("; ", outcome.Broken);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            Console.WriteLine(
                $"seed {seed}: {verdict}, {seconds} s, {outcome.RedoneSteps} steps told again, "
                + string.Join(", ", outcome.Faults.Select(fault => $"{fault.Value} {fault.Key}")));
            if (outcome.Broken.Count > 0)
                Console.WriteLine(outcome.Said);
        }

        Console.WriteLine($"{good} of {runs} runs are good; {faults} faults, {redone} steps told again");
        return good == runs ? 0 : 1;
    }

    private static string ProgramOf(string host) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", $"TuneGraph.{host}", "release", $"TuneGraph.{host}.dll"));
}
