namespace TuneGraph.Search;

/// <summary>The trials that a forest learns from, and the numbers that it is to predict for them.</summary>
internal sealed class ForestTargets
{
    private const double FarthestOut = 3;

    private readonly List<(Trial Trial, double Loss)> _told = [];

    /// <summary>
    /// Completed trials count with their loss; pruned and paused ones with the last they reported, though never below
    /// the best completed; infeasible ones, and those that break a constraint, with the worst of all; running ones,
    /// until they are told, with the average.
    /// </summary>
    /// <param name="history">The study.</param>
    /// <param name="byRank">Whether losses count by rank; else by value, outliers cut off.</param>
    public ForestTargets(StudyHistory history, bool byRank)
    {
        var worstOf = new List<Trial>();
        var running = new List<Trial>();
        var best = history.Best is { } leader ? history.Loss(leader) : double.NegativeInfinity;
        foreach (var trial in history.Trials)
        {
            if (trial.Number == history.Number || !history.IsInformative(trial))
                continue;
            switch (trial.State)
            {
                case TrialState.Completed when !trial.IsFeasible:
                    worstOf.Add(trial);
                    break;
                case TrialState.Completed:
                    _told.Add((trial, history.Loss(trial)));
                    break;
                case TrialState.Pruned or TrialState.Paused when trial.IntermediateValues is { Count: > 0 } values:
                    _told.Add((trial, Math.Max(best, history.Loss(values[^1].Value))));
                    break;
                case TrialState.Pruned or TrialState.Paused or TrialState.Infeasible:
                    worstOf.Add(trial);
                    break;
                case TrialState.Running:
                    running.Add(trial);
                    break;
            }
        }

        Judged = _told.Count + worstOf.Count;
        Trials = [.. _told.Select(t => t.Trial), .. worstOf, .. running];
        Values = byRank ? Scores(worstOf.Count, running.Count) : Cut(worstOf.Count, running.Count);
    }

    /// <summary>How many trials have a verdict.</summary>
    public int Judged { get; }

    /// <summary>The trials, those with a verdict first.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>What is to be predicted for each; smaller is better.</summary>
    public double[] Values { get; }

    /// <summary>
    /// The normal scores of the losses' ranks (Blom, 1958): expected improvement then asks for a better rank, whatever
    /// the scale and however far outliers lie off.
    /// </summary>
    private double[] Scores(int worst, int running)
    {
        var n = _told.Count + worst;
        var order = Enumerable.Range(0, _told.Count).OrderBy(i => _told[i].Loss).ToArray();
        var values = new double[n + running]; // running ones: 0, the average
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && _told[order[to]].Loss == _told[order[from]].Loss)
                to++;
            var score = Score((from + to + 1) / 2.0, n); // ties share their middle rank
            for (; from < to; from++)
                values[order[from]] = score;
        }

        if (worst > 0)
            values.AsSpan(_told.Count, worst).Fill(Score(n - ((worst - 1) / 2.0), n));
        return values;
    }

    /// <summary>
    /// Shares of the way from the best loss to the third quartile, at most three times that way: what is bad is not
    /// told apart.
    /// </summary>
    private double[] Cut(int worst, int running)
    {
        var n = _told.Count + worst;
        var values = new double[n + running];
        var losses = _told.Select(t => t.Loss).Order().ToArray();
        if (losses.Length > 0)
        {
            var best = losses[0];
            var scale = losses[(int)(0.75 * (losses.Length - 1))] - best;
            for (var i = 0; i < _told.Count; i++)
            {
                if (scale > 0 && double.IsFinite(scale))
                    values[i] = Math.Min((_told[i].Loss - best) / scale, FarthestOut);
            }
        }

        values.AsSpan(_told.Count, worst).Fill(FarthestOut);
        values.AsSpan(n).Fill(n > 0 ? values.AsSpan(0, n).ToArray().Average() : 0);
        return values;
    }

    private static double Score(double rank, int n) => Gaussian.Quantile((rank - 0.375) / (n + 0.25));
}
