using System.Diagnostics;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How many times longer does Optuna's TPE think about a suggestion, with the same settings, trials and parameters, on
/// this machine and in this run? Needs <c>/usr/bin/python3</c> with Optuna.
/// </summary>
public static class SuggestBesideOptuna
{
    private const int Suggestions = 30;

    /// <summary>
    /// Multivariate TPE with the constant liar, 24 candidates, floats only; what is timed is ask alone.
    /// </summary>
    private const string Script = """
        import optuna, random, sys, time, warnings
        warnings.simplefilter("ignore")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        trials, parameters, suggestions = map(int, sys.argv[1:])
        space = {f"x{j}": optuna.distributions.FloatDistribution(-5, 5) for j in range(parameters)}
        draw = random.Random(7)
        sampler = optuna.samplers.TPESampler(seed=1, multivariate=True, constant_liar=True)
        study = optuna.create_study(sampler=sampler)
        for _ in range(trials):
            x = {name: draw.uniform(-5, 5) for name in space}
            study.add_trial(optuna.trial.create_trial(
                params=x, distributions=space, value=sum((v - 0.1) ** 2 for v in x.values())))
        times = []
        for _ in range(suggestions):
            start = time.perf_counter()
            trial = study.ask(space)
            times.append(time.perf_counter() - start)
            study.tell(trial, sum((v - 0.1) ** 2 for v in trial.params.values()))
        print(optuna.__version__, sorted(times)[suggestions // 2] * 1000)
        """;

    /// <summary>Prints a line for each number of trials and parameters.</summary>
    public static int Run()
    {
        Console.WriteLine("median of a suggestion by TPE: multivariate, constant liar, 24 candidates, floats only");
        Time(100, 10, 3000); // so that the compiler is done
        foreach (var (trials, parameters) in ((int, int)[])[(100, 10), (1_000, 10), (1_000, 20), (10_000, 20)])
        {
            var ours = Time(trials, parameters, Suggestions * 10);
            var (version, theirs) = TimeOptuna(trials, parameters);
            var ratio = theirs / ours;
            Console.WriteLine(FormattableString.Invariant(
                $"{trials,6} x {parameters}: TuneGraph {ours:F3} ms, Optuna {version} {theirs:F1} ms: {ratio:F0} x"));
        }

        return 0;
    }

    private static double Time(int trials, int parameters, int suggestions)
    {
        var space = new SearchSpace(
            Enumerable.Range(0, parameters).Select(j => new Parameter($"x{j}", new FloatDistribution(-5, 5))));
        var sampler = new TpeSampler(TpeOptions.Optuna5 with { MostOthers = int.MaxValue });
        var study = new Study(new() { Space = space, Sampler = sampler, Seed = 1 });
        var random = new SearchRandom(7);
        for (var k = 0; k < trials; k++)
            Tell(study, study.Enqueue(space.Draw(random)));
        var times = new double[suggestions];
        for (var r = 0; r < suggestions; r++)
        {
            var start = Stopwatch.GetTimestamp();
            var trial = study.Ask()!;
            times[r] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Tell(study, trial);
        }

        Array.Sort(times);
        return times[suggestions / 2];
    }

    private static void Tell(Study study, Trial trial) =>
        study.Tell(
            trial.Number,
            TrialState.Completed,
            trial.Configuration.Items.Sum(x => Math.Pow(x.Value.AsFloat() - 0.1, 2)));

    private static (string Version, double Milliseconds) TimeOptuna(int trials, int parameters)
    {
        string[] arguments = ["-c", Script, $"{trials}", $"{parameters}", $"{Suggestions}"];
        var start = new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var python = Process.Start(start)!;
        var words = python.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        python.WaitForExit();
        return words.Length == 2
            ? (words[0], double.Parse(words[1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException("/usr/bin/python3 has no Optuna; apt-get install python3-optuna.");
    }
}
