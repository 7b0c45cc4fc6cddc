namespace TuneGraph.Search;

/// <summary>
/// Ends a study when a further search is not worth its cost: Makarova et al., "Automatic termination for
/// hyperparameter optimization" (AutoML 2022). A Gaussian process over the best half of the trials bounds the regret:
/// the least upper confidence bound of what was tried, less the least lower bound anywhere; the study ends when that is
/// below the tolerance.
/// </summary>
/// <remarks>
/// β_t = 2 ln(d t² π² / 6δ) / 5 with δ = 0.1, as in the paper's experiments and in Optuna's terminator. The least lower
/// bound is looked for among 2,000 random points and around the trials. For one objective and a fixed space; trials
/// that lack a parameter count with the middle of its range there.
/// </remarks>
/// <param name="options">Settings.</param>
public sealed class RegretTerminator(RegretOptions options)
{
    private const double Delta = 0.1;
    private const int MostTrials = 200;
    private const int Candidates = 2000;

    /// <summary>The settings.</summary>
    public RegretOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <summary>Whether a study should end now.</summary>
    /// <param name="study">The study; it has a fixed search space.</param>
    /// <exception cref="ArgumentException">The study is define-by-run, or has several objectives.</exception>
    public StopDecision Decide(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        if (study.Space is not { } space || study.Options.Directions.Length != 1)
            throw new ArgumentException(
                "The bound of the regret needs a fixed search space and one objective.", nameof(study));
        List<Evaluation> completed =
        [
            .. study.Fitting.Where(t => t is { State: TrialState.Completed, IsFeasible: true })
                .Select(t => new Evaluation(t.Number, t.Configuration, t.Value!.Value)),
        ];
        if (completed.Count < Options.LeastTrials)
            return default;
        var regret = Regret(space, completed, study.Options.Directions[0], study.Options.Seed);
        return new(regret < Options.Tolerance, FormattableString.Invariant(
            $"after {completed.Count} trials the best is at most {regret:G3} from the optimum, ")
            + FormattableString.Invariant($"and {Options.Tolerance:G3} is borne"));
    }

    /// <summary>How far the best of some trials is from the optimum at most, with high probability.</summary>
    /// <param name="space">What was searched.</param>
    /// <param name="completed">Completed and feasible trials, at least 4, in any order.</param>
    /// <param name="direction">Which values are better.</param>
    /// <param name="seed">Seed of the points among which the optimum is looked for.</param>
    /// <returns>The bound, in the objective's unit.</returns>
    /// <exception cref="ArgumentException">There are fewer than 4 trials.</exception>
    public static double Regret(
        SearchSpace space, IReadOnlyList<Evaluation> completed, Direction direction, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(completed);
        if (completed.Count < 4)
            throw new ArgumentException($"There are {completed.Count} trials; give at least 4.", nameof(completed));
        var sign = direction == Direction.Minimize ? 1 : -1;
        List<Evaluation> best =
        [
            .. completed.OrderBy(t => sign * t.Value).ThenBy(t => t.Number)
                .Take(Math.Min((completed.Count + 1) / 2, MostTrials)),
        ];
        var points = best.Select(t => Point(space, t.Configuration)).ToList();
        var process = FadingProcess.Fit(
            [.. points.Zip(best, (p, t) => new BanditExploration.Improvement(p, -sign * t.Value))]);
        var (d, t) = (Math.Max(1, space.Parameters.Length), (double)completed.Count);
        var beta = 2 * Math.Log(d * t * t * Math.PI * Math.PI / (6 * Delta)) / 5;
        var random = SearchRandom.For(seed, completed.Count, "regret");
        var upper = points.Min(p => -process.Bound(p, -Math.Sqrt(beta)));
        var lower = Everywhere(points, random).Min(p => -process.Bound(p, Math.Sqrt(beta)));
        return (upper - lower) * process.Unit;
    }

    /// <summary>No time and no loss before, then the codes; a choice takes a place for each of its values.</summary>
    private static double[] Point(SearchSpace space, Configuration configuration)
    {
        var point = new List<double> { 0, 0 };
        foreach (var parameter in space.Parameters)
        {
            var known = configuration.TryGet(parameter.Name, out var value)
                && parameter.Distribution.Contains(value);
            if (parameter.Distribution is not CategoricalDistribution choice)
                point.Add(known ? parameter.Distribution.Encode(value) : 0.5);
            else
                point.AddRange(choice.Choices.Select(c => known && c == value ? 1.0 : 0.0));
        }

        return [.. point];
    }

    private static IEnumerable<double[]> Everywhere(List<double[]> points, SearchRandom random)
    {
        foreach (var point in points)
            yield return point;
        for (var c = 0; c < Candidates; c++)
        {
            var near = points[(int)random.NextInt64(points.Count)];
            yield return [.. near.Select((code, i) => i < 2 ? 0
                : c % 2 == 0 ? random.NextDouble()
                : Math.Clamp(code + (0.2 * (random.NextDouble() - 0.5)), 0, 1))];
        }
    }
}
