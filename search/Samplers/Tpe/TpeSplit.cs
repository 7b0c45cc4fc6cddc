namespace TuneGraph.Search;

/// <summary>A study's trials, split into the good and the others, each in the order in which they were asked.</summary>
/// <param name="Good">The best ⌈γ·n⌉ of the n judged trials, with a cap.</param>
/// <param name="Others">The other judged trials, and those that run or failed.</param>
/// <param name="Weights">What each of the good counts; null for their age to decide.</param>
/// <param name="Judged">How many trials have a rank: completed, pruned, paused or infeasible.</param>
/// <param name="Objectives">How many objectives there are.</param>
internal sealed record TpeSplit(
    IReadOnlyList<Trial> Good, IReadOnlyList<Trial> Others, IReadOnlyList<double>? Weights, int Judged, int Objectives)
{
    /// <summary>A good trial that is no better than the next one still counts this much beside the best.</summary>
    public const double LeastWeight = 1e-12;

    /// <summary>Splits these trials except the one that is being asked for.</summary>
    public static TpeSplit Of(IReadOnlyList<Trial> all, StudyHistory history, TpeOptions options)
    {
        List<Trial> trials = [.. all.Where(history.IsInformative)];
        var best = history.Directions.Length == 1
            ? TpeRanking.ByLoss(history, trials, options)
            : TpeRanking.ByFront(history, trials, options);
        var weightOf = new double[history.Trials.Count];
        var isGood = new bool[history.Trials.Count];
        foreach (var (trial, weight) in best.Good)
            (isGood[trial.Number], weightOf[trial.Number]) = (true, weight);

        var (good, others) = (new List<Trial>(best.Good.Count), new List<Trial>(trials.Count));
        foreach (var trial in trials)
        {
            if (isGood[trial.Number])
                good.Add(trial);
            else if (trial.Number != history.Number)
                others.Add(trial);
        }

        var weights = best.IsWeighed ? good.ConvertAll(trial => weightOf[trial.Number]) : null;
        return new(good, others, weights, best.Judged, history.Directions.Length);
    }
}
