using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How good are the suggestions, evaluation for evaluation? Drives the problem server of the search-quality suite
/// (<c>python3 funcs.py serve</c>), which judges and records the runs; <c>summarize.py</c> compares them with the
/// peers'.
/// </summary>
public static class SearchQuality
{
    /// <summary>
    /// Arguments: the suite's folder, the results file, the samplers (<c>tpe,random</c>), the number of seeds, the
    /// evaluations (full trainings, with a pruner: <c>tpe+asha</c>), and parts of the problems' names (<c>bbob,mix</c>;
    /// all if it is left out). Problems with several objectives are left out for samplers that know one.
    /// </summary>
    public static int Run(string[] args)
    {
        if (args.Length < 5)
        {
            Console.Error.WriteLine("search-quality FOLDER RESULTS.jsonl.gz SAMPLERS SEEDS EVALUATIONS [PART-OF-NAME]");
            return 2;
        }

        using var server = Start(args[0], Path.GetFullPath(args[1]));
        var seeds = int.Parse(args[3], CultureInfo.InvariantCulture);
        var evaluations = int.Parse(args[4], CultureInfo.InvariantCulture);
        string[] parts = args.Length < 6 ? [""] : args[5].Split(',');
        var ids = Ask(server, """{"cmd":"list"}""")["ids"]!.AsArray().Select(id => (string)id!)
            .Where(id => parts.Any(part => id.Contains(part, StringComparison.Ordinal)));
        foreach (var id in ids)
        {
            foreach (var name in args[2].Split(','))
            {
                var objectives = (int)Ask(server, new JsonObject { ["cmd"] = "space", ["id"] = id }.ToJsonString())
                    ["objectives"]!;
                for (var seed = 0; seed < seeds && objectives <= SamplerOf(name.Split('+')[0]).MostObjectives; seed++)
                    RunOne(server, id, name, seed, evaluations);
            }

            Console.WriteLine(id);
        }

        server.StandardInput.Close();
        server.WaitForExit();
        return server.ExitCode;
    }

    private static void RunOne(Process server, string id, string name, int seed, int evaluations)
    {
        var space = Ask(server, new JsonObject
        {
            ["cmd"] = "begin",
            ["id"] = id,
            ["optimizer"] = $"tunegraph:{name}",
            ["seed"] = seed,
        }.ToJsonString())["space"]!;
        var parts = name.Split('+');
        var study = new Study(new StudyOptions
        {
            Space = SpaceOf(space),
            Sampler = SamplerOf(parts[0]),
            Pruner = parts.Length == 1 ? new NoPruner() : PrunerOf(parts[1]),
            MaxResource = (int?)space["max_budget"] ?? 0,
            Directions = [.. Enumerable.Repeat(Direction.Minimize, (int)space["objectives"]!)],
            Seed = (ulong)seed,
        });
        if (parts.Length == 2)
            Train(server, study, evaluations * study.Options.MaxResource);
        for (var k = 0; parts.Length == 1 && k < evaluations && study.Ask() is { } trial; k++)
        {
            var answer = Ask(server, new JsonObject { ["x"] = Json(trial.Configuration) }.ToJsonString());
            ValueList values = answer["values"] is { } several ? Numbers(several) : (double)answer["value"]!;
            var constraints = answer["constraints"] is { } told ? Numbers(told) : default;
            study.Tell(trial.Number, TrialState.Completed, values, null, constraints);
        }

        Ask(server, """{"cmd":"end"}""");
    }

    /// <summary>Trains one trial at a time, step by step, as its pruner says, until so many steps are spent.</summary>
    private static void Train(Process server, Study study, int steps)
    {
        while (steps > 0 && (study.Promote() ?? study.Ask()?.Number) is { } number)
        {
            var trial = study.Trials[number];
            for (var step = (trial.LastStep ?? 0) + 1; trial.State == TrialState.Running && steps > 0; step++, steps--)
            {
                var x = Json(trial.Configuration);
                var request = new JsonObject { ["x"] = x, ["budget"] = step, ["trial"] = number };
                var curve = Ask(server, request.ToJsonString())["curve"]!.AsArray();
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

    private static Pruner PrunerOf(string name) => name switch
    {
        "none" => new NoPruner(),
        "auto" => new AutoPruner(),
        "auto-stop" => new AutoPruner().Stopping,
        "median" => new MedianPruner(),
        "percentile" => new PercentilePruner(),
        "curve" => new CurvePruner(),
        "asha" => new SuccessiveHalvingPruner(),
        "asha-stop" => new SuccessiveHalvingPruner().Stopping,
        "hyperband" => new HyperbandPruner(),
        "hyperband-stop" => new HyperbandPruner().Stopping,
        _ => throw new ArgumentException(
            $"No pruner '{name}'; there are none, auto, median, percentile, curve, asha and hyperband, and auto-stop, "
            + "asha-stop and hyperband-stop."),
    };

    private static Sampler SamplerOf(string name) => name switch
    {
        "random" => new RandomSampler(),
        "tpe" => new TpeSampler(),
        "tpe-optuna5" => new TpeSampler(TpeOptions.Optuna5),
        "nsga2" => new NsgaIISampler(),
        "nsga3" => new NsgaIIISampler(),
        "sobol" => new SobolSampler(),
        "halton" => new HaltonSampler(),
        "cmaes" => new CmaSampler(),
        "forest" => new ForestSampler(),
        "bohb" => new BohbSampler(),
        "gp" => new GpSampler(),
        "turbo" => new TurboSampler(),
        "auto" => new AutoSampler(),
        "cmaes-sep" => new CmaSampler(new() { Separable = true }),
        _ => throw new ArgumentException(
            $"No sampler '{name}'; there are random, sobol, halton, tpe, tpe-optuna5, gp, turbo, auto, nsga2, nsga3, "
            + "bohb, forest, cmaes and cmaes-sep."),
    };

    private static SearchSpace SpaceOf(JsonNode space) => new(space["params"]!.AsArray()
        .Select(p => new Parameter((string)p!["name"]!, DistributionOf(p), ConditionOf(p))));

    private static Distribution DistributionOf(JsonNode p)
    {
        var log = (bool?)p["log"] ?? false;
        return (string)p["type"]! switch
        {
            "float" => new FloatDistribution((double)p["low"]!, (double)p["high"]!, log, (double?)p["step"]),
            "int" => new IntDistribution((long)p["low"]!, (long)p["high"]!, log, (long?)p["step"] ?? 1),
            _ => new CategoricalDistribution([.. p["choices"]!.AsArray().Select(ValueOf)]),
        };
    }

    private static Condition? ConditionOf(JsonNode p) => p["condition"] is not JsonArray { Count: > 0 } terms
        ? null
        : terms.Select(t => Condition.On((string)t!["param"]!, [.. t["in"]!.AsArray().Select(ValueOf)]))
            .Aggregate((all, term) => all.And(term));

    private static ParameterValue ValueOf(JsonNode? value) => value!.GetValueKind() switch
    {
        JsonValueKind.String => (string)value!,
        JsonValueKind.True or JsonValueKind.False => (bool)value!,
        _ => value.AsValue().TryGetValue<long>(out var whole) ? whole : (double)value!,
    };

    private static JsonObject Json(Configuration configuration)
    {
        var json = new JsonObject();
        foreach (var (name, value) in configuration)
        {
            json[name] = value.Kind switch
            {
                ParameterKind.Float => value.AsFloat(),
                ParameterKind.Int => value.AsInt(),
                ParameterKind.Flag => value.AsFlag(),
                _ => value.AsText(),
            };
        }

        return json;
    }

    private static Process Start(string folder, string results)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["funcs.py", "serve", "--log", results])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    private static JsonNode Ask(Process server, string request)
    {
        server.StandardInput.WriteLine(request);
        var line = server.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server ended.");
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"{request}: {error}") : answer;
    }
}
