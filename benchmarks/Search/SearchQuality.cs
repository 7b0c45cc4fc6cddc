using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How good are the suggestions, evaluation for evaluation? Drives the problem server of the search-quality suite,
/// which judges and records the runs, and prints our table beside its stored peers.
/// </summary>
public static class SearchQuality
{
    /// <summary>
    /// Arguments: the suite's folder, the results file, the samplers (<c>tpe,auto@16</c>, see
    /// <see cref="QualityMethod"/>), the seeds (<c>10</c> for 0 to 9, or <c>10-19</c>), the evaluations (full
    /// trainings, with a pruner: <c>tpe+asha</c>), parts of the problems' names (<c>bbob,mix</c>; all if it is left
    /// out), and after how many minutes no run is begun any more. Runs that the results file holds are skipped, so that
    /// a command can be repeated until it has nothing left to do. With <c>table</c> in front: the folder and results
    /// files, for the table alone.
    /// </summary>
    public static int Run(string[] args)
    {
        if (args is ["table", var suite, .. var files] && files.Length > 0)
            return Table(suite, files);
        if (args.Length < 5)
        {
            Console.Error.WriteLine(
                "search-quality FOLDER RESULTS.jsonl.gz SAMPLERS SEEDS EVALUATIONS [PARTS-OF-NAMES] [MINUTES], or "
                + "search-quality table FOLDER RESULTS.jsonl.gz...");
            return 2;
        }

        var results = Path.GetFullPath(args[1]);
        var methods = args[2].Split(',').Select(QualityMethod.Parse).ToArray();
        var evaluations = int.Parse(args[4], CultureInfo.InvariantCulture);
        string[] parts = args.Length < 6 ? [""] : args[5].Split(',');
        var minutes = args.Length < 7 ? double.PositiveInfinity : double.Parse(args[6], CultureInfo.InvariantCulture);
        using (var server = new QualityServer(args[0], results))
        {
            var left = Drive(server, methods, Seeds(args[3]), evaluations, parts, minutes);
            if (left > 0)
                Console.Error.WriteLine($"{left} runs are left; the same command goes on with them.");
        }

        return Table(args[0], [results]);
    }

    /// <summary>Does what is not done yet, all problems with one seed before the next; the number left.</summary>
    private static int Drive(
        QualityServer server, QualityMethod[] methods, IEnumerable<int> seeds, int evaluations, string[] parts,
        double minutes)
    {
        var clock = Stopwatch.StartNew();
        var (done, left) = (server.Done(), 0);
        var ids = server.Problems().Where(id => parts.Any(part => id.Contains(part, StringComparison.Ordinal)));
        var problems = ids.ToDictionary(
            id => id, id => new QualityProblem(server.Ask(new() { ["cmd"] = "space", ["id"] = id })));
        foreach (var seed in seeds)
        {
            foreach (var (id, problem) in problems)
            {
                foreach (var method in methods)
                {
                    if (problem.Objectives > method.Sampler.MostObjectives
                        || (problem.MaxResource == 0 && method.Pruner is not null)
                        || done.Contains((id, $"tunegraph:{method.Name}", seed)))
                        continue;
                    if (clock.Elapsed.TotalMinutes < minutes)
                        RunOne(server, id, problem, method, seed, evaluations);
                    else
                        left++;
                }
            }

            Console.Error.WriteLine($"seed {seed}: {clock.Elapsed.TotalSeconds:F0} s");
        }

        return left;
    }

    private static void RunOne(
        QualityServer server, string id, QualityProblem problem, QualityMethod method, int seed, int evaluations)
    {
        var optimizer = $"tunegraph:{method.Name}";
        server.Ask(new() { ["cmd"] = "begin", ["id"] = id, ["optimizer"] = optimizer, ["seed"] = seed });
        var study = new Study(new StudyOptions
        {
            Space = problem.Space,
            Sampler = method.Sampler,
            Pruner = method.Pruner ?? new NoPruner(),
            MaxResource = problem.MaxResource,
            Directions = [.. Enumerable.Repeat(Direction.Minimize, problem.Objectives)],
            Seed = (ulong)seed,
        });
        if (method.Pruner is not null)
            Train(server, study, evaluations * problem.MaxResource);
        else
            Search(server, study, evaluations, method.Running);
        server.Ask(new() { ["cmd"] = "end" });
    }

    /// <summary>Keeps so many trials running; that which has run longest is told first.</summary>
    private static void Search(QualityServer server, Study study, int evaluations, int running)
    {
        var trials = new Queue<Trial>();
        for (var told = 0; told < evaluations; told++)
        {
            while (trials.Count < running && study.Trials.Count < evaluations && study.Ask() is { } asked)
                trials.Enqueue(asked);
            if (!trials.TryDequeue(out var trial))
                return;
            var answer = server.Ask(new() { ["x"] = QualityProblem.Json(trial.Configuration) });
            ValueList values = answer["values"] is { } several ? Numbers(several) : (double)answer["value"]!;
            var constraints = answer["constraints"] is { } shown ? Numbers(shown) : default;
            study.Tell(trial.Number, TrialState.Completed, values, null, constraints);
        }
    }

    /// <summary>Trains one trial at a time, step by step, as its pruner says, until so many steps are spent.</summary>
    private static void Train(QualityServer server, Study study, int steps)
    {
        while (steps > 0 && (study.Promote() ?? study.Ask()?.Number) is { } number)
        {
            var trial = study.Trials[number];
            for (var step = (trial.LastStep ?? 0) + 1; trial.State == TrialState.Running && steps > 0; step++, steps--)
            {
                var x = QualityProblem.Json(trial.Configuration);
                var curve = server.Ask(new() { ["x"] = x, ["budget"] = step, ["trial"] = number })["curve"]!.AsArray();
                var decision = study.Report(number, step, (double)curve[^1]!);
                if (step == study.Options.MaxResource)
                    study.Tell(number, TrialState.Completed, trial.IntermediateValues[^1].Value);
                else if (decision.Verdict == Verdict.Pause)
                    study.Pause(number, step);
                else if (decision.Verdict == Verdict.Stop)
                    study.Tell(number, TrialState.Pruned, null, decision.Why);
            }
        }
    }

    private static ValueList Numbers(JsonNode list) => [.. list.AsArray().Select(number => (double)number!)];

    private static IEnumerable<int> Seeds(string text)
    {
        var ends = text.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return ends is [var first, var last] ? Enumerable.Range(first, last - first + 1) : Enumerable.Range(0, ends[0]);
    }

    private static int Table(string folder, IEnumerable<string> files) => QualityServer.RunScript(
        folder, Path.Combine(AppContext.BaseDirectory, "quality_table.py"), [.. files.Select(Path.GetFullPath)]);
}
