using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>Drives a study of some sampler for a function, a batch of evaluations after the other.</summary>
internal sealed class StudyOptimizer(IParameterSpec[] parameters, Sampler sampler, int seed)
{
    private readonly SpecSpace _specs = new(parameters);

    /// <summary>
    /// All results but those with NaN, until so many evaluations are done or the sampler has nothing new.
    /// </summary>
    public OptimizerResult[] Run(
        Func<double[], OptimizerResult> function, int evaluations, int batch, int degreeOfParallelism)
    {
        ArgumentNullException.ThrowIfNull(function);
        var study = NewStudy();
        var results = new List<OptimizerResult>();
        while (evaluations > 0)
        {
            var trials = Ask(study, Math.Min(batch, evaluations));
            if (trials.Count == 0)
                break;
            evaluations -= trials.Count;
            var sets = trials.ConvertAll(trial => _specs.Values(trial.Configuration));
            var told = Evaluate(function, sets, degreeOfParallelism);
            for (var i = 0; i < told.Length; i++)
            {
                Tell(study, trials[i].Number, told[i].Error);
                if (!double.IsNaN(told[i].Error))
                    results.Add(told[i]);
            }
        }

        return [.. results];
    }

    /// <summary>The next parameter sets after these results.</summary>
    public double[][] Propose(int count, IReadOnlyList<OptimizerResult>? previous)
    {
        var study = NewStudy();
        foreach (var result in previous ?? [])
            Tell(study, study.Enqueue(_specs.Configured(result.ParameterSet)).Number, result.Error);
        return [.. Ask(study, count).Select(trial => _specs.Values(trial.Configuration))];
    }

    /// <summary>The result of each set, in order; -1 uses all cores, 1 one after the other.</summary>
    public static OptimizerResult[] Evaluate(
        Func<double[], OptimizerResult> function, IReadOnlyList<double[]> sets, int degreeOfParallelism)
    {
        var results = new OptimizerResult[sets.Count];
        if (degreeOfParallelism == 1)
        {
            for (var i = 0; i < results.Length; i++)
                results[i] = function(sets[i]);
        }
        else
        {
            Parallel.For(
                0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism },
                i => results[i] = function(sets[i]));
        }

        return results;
    }

    /// <summary>The smallest error; of equal ones the first.</summary>
    /// <exception cref="InvalidOperationException">There is no result without NaN.</exception>
    public static OptimizerResult Best(OptimizerResult[] results) => results.MinBy(result => result.Error)
        ?? throw new InvalidOperationException(
            "Every evaluation gave NaN, so there is no best parameter set; look at what the function returns.");

    private Study NewStudy() => new(new()
    {
        Space = _specs.Space,
        Sampler = sampler,
        Seed = (ulong)(uint)seed,
    });

    private static List<Trial> Ask(Study study, int count)
    {
        var trials = new List<Trial>();
        while (trials.Count < count && study.Ask() is { } trial)
            trials.Add(trial);
        return trials;
    }

    private static void Tell(Study study, int trial, double error)
    {
        if (double.IsFinite(error))
            study.Tell(trial, TrialState.Completed, error);
        else
            study.Tell(trial, TrialState.Failed, reason: $"The error is {error}.");
    }
}
