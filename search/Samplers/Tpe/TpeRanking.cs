using System.Runtime.InteropServices;

namespace TuneGraph.Search;

/// <summary>The good ones among a study's trials, and how much each of them counts.</summary>
/// <param name="Good">The good trials, each with its weight.</param>
/// <param name="IsWeighed">Whether the weights mean anything; otherwise age decides.</param>
/// <param name="Judged">How many trials have a rank.</param>
internal sealed record TpeRanking(IReadOnlyList<(Trial Trial, double Weight)> Good, bool IsWeighed, int Judged)
{
    /// <summary>How far beyond the worst of the good the reference point lies, in parts of their extent.</summary>
    private const double Beyond = 0.1;

    /// <summary>One objective: by rank.</summary>
    public static TpeRanking ByLoss(StudyHistory history, IReadOnlyList<Trial> trials, TpeOptions options)
    {
        var ranked = new List<(Rank Rank, Trial Trial)>(trials.Count);
        foreach (var trial in trials)
        {
            if (Rank.Of(trial, history) is { } rank)
                ranked.Add((rank, trial));
        }

        var count = CountOf(ranked.Count, options);
        BestFirst(ranked, count + 1);
        var good = ranked.GetRange(0, count);
        if (count == 0 || options.Weighting == TpeWeighting.Age || good[^1].Rank.Class > 0)
            return new(good.ConvertAll(item => (item.Trial, 1.0)), false, ranked.Count);
        // By how much each is better than the best of the others.
        var cut = count < ranked.Count && ranked[count].Rank.Class == 0 ? ranked[count].Rank.Loss : good[^1].Rank.Loss;
        var weighed = Weighed(good.ConvertAll(item => (item.Trial, cut - item.Rank.Loss)));
        return new(weighed, weighed[0].Weight > 0, ranked.Count);
    }

    /// <summary>
    /// Several objectives: whole fronts as long as they fit, and of the next the subset with the largest hypervolume
    /// (Ozaki et al., "Multiobjective tree-structured Parzen estimator", JAIR 73, 2022, section 4). The good count by
    /// their share of it.
    /// </summary>
    public static TpeRanking ByFront(StudyHistory history, IReadOnlyList<Trial> trials, TpeOptions options)
    {
        var fronts = TrialFront.Of(history, trials).ToList();
        var judged = fronts.Sum(front => front.Trials.Count);
        var count = CountOf(judged, options);
        var (good, losses) = (new List<Trial>(count), new List<double[]>(count));
        foreach (var front in fronts.TakeWhile(_ => good.Count < count))
        {
            foreach (var place in Best(front, count - good.Count))
            {
                good.Add(front.Trials[place]);
                if (front.Tier == TrialTier.Completed)
                    losses.Add(front.Losses[place]);
            }
        }

        var alike = good.ConvertAll(trial => (trial, 1.0));
        if (count == 0 || options.Weighting == TpeWeighting.Age || losses.Count < good.Count)
            return new(alike, true, judged);
        var weighed = Weighed([.. good.Zip(Shares(losses))]);
        return new(weighed[0].Weight > 0 ? weighed : alike, true, judged);
    }

    /// <summary>Puts so many of the best in order before the others.</summary>
    private static void BestFirst(List<(Rank Rank, Trial Trial)> ranked, int count)
    {
        if (count > 100 || count >= ranked.Count)
        {
            ranked.Sort(static (a, b) => a.Rank.CompareTo(b.Rank));
            return;
        }

        var all = CollectionsMarshal.AsSpan(ranked);
        all[..count].Sort(static (a, b) => a.Rank.CompareTo(b.Rank));
        for (var i = count; i < all.Length; i++)
        {
            if (all[i].Rank.CompareTo(all[count - 1].Rank) >= 0)
                continue;
            (all[i], all[count - 1]) = (all[count - 1], all[i]);
            for (var k = count - 1; k > 0 && all[k].Rank.CompareTo(all[k - 1].Rank) < 0; k--)
                (all[k], all[k - 1]) = (all[k - 1], all[k]);
        }
    }

    private static int CountOf(int judged, TpeOptions options) =>
        Math.Min((int)Math.Ceiling(options.GoodShare * judged), options.MostGood);

    private static IEnumerable<int> Best(TrialFront front, int count)
    {
        if (front.Trials.Count <= count || front.Losses.Count == 0)
            return Enumerable.Range(0, Math.Min(count, front.Trials.Count));
        var (scaled, reference) = Scaled(front.Losses);
        return HypervolumeSubset.Choose(scaled, count, reference).Select(item => item.Place);
    }

    /// <summary>What the hypervolume of all would lose without each.</summary>
    private static IEnumerable<double> Shares(IReadOnlyList<double[]> losses)
    {
        var (scaled, reference) = Scaled(losses);
        return scaled.Select((point, i) => Hypervolume.Added(point, scaled.Where((_, j) => j != i), reference));
    }

    /// <summary>The same points with every objective from 0 to 1, and a point beyond them.</summary>
    private static (IReadOnlyList<double[]> Points, double[] Reference) Scaled(IReadOnlyList<double[]> losses)
    {
        var objectives = losses[0].Length;
        var points = losses.Select(_ => new double[objectives]).ToList();
        for (var m = 0; m < objectives; m++)
        {
            var (low, high) = (losses.Min(point => point[m]), losses.Max(point => point[m]));
            var half = (high / 2) - (low / 2); // so that the largest numbers there are do not overflow
            for (var i = 0; i < points.Count; i++)
                points[i][m] = half > 0 ? ((losses[i][m] / 2) - (low / 2)) / half : 0;
        }

        var reference = new double[objectives];
        reference.AsSpan().Fill(1 + Beyond);
        return (points, reference);
    }

    /// <summary>Gains in parts of the largest one; all 0 where there is none.</summary>
    private static List<(Trial Trial, double Weight)> Weighed(List<(Trial Trial, double Gain)> gains)
    {
        var largest = gains.Max(item => item.Gain);
        return largest > 0 && double.IsFinite(largest)
            ? gains.ConvertAll(item => (item.Trial, Math.Max(item.Gain / largest, TpeSplit.LeastWeight)))
            : gains.ConvertAll(item => (item.Trial, 0.0));
    }

    /// <summary>
    /// Completed trials by loss, then pruned and paused ones by last step and loss there, then infeasible ones by how
    /// much they break.
    /// </summary>
    private readonly record struct Rank(int Class, double Within, double Loss, int Number) : IComparable<Rank>
    {
        public static Rank? Of(Trial trial, StudyHistory history) => trial.State switch
        {
            TrialState.Failed => null,
            _ when !trial.IsFeasible => new(3, trial.Violation, 0, trial.Number),
            TrialState.Completed => new(0, 0, history.Loss(trial), trial.Number),
            TrialState.Pruned or TrialState.Paused => trial.IntermediateValues is { Count: > 0 } values
                ? new(1, -values[^1].Step, history.Loss(values[^1].Value), trial.Number)
                : new(2, 0, history.Loss(trial), trial.Number),
            _ => null,
        };

        public int CompareTo(Rank other) => Class != other.Class ? Class.CompareTo(other.Class)
            : Within != other.Within ? Within.CompareTo(other.Within)
            : Loss.CompareTo(other.Loss) is var order and not 0 ? order
            : Number.CompareTo(other.Number);
    }
}
