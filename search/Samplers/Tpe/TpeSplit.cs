using System.Runtime.InteropServices;

namespace TuneGraph.Search;

/// <summary>A study's trials, split into the good and the others, each in the order in which they were asked.</summary>
/// <param name="Good">The best ⌈γ·n⌉ of the n judged trials, with a cap.</param>
/// <param name="Others">The other judged trials, and those that run or failed.</param>
/// <param name="Weights">What each of the good counts; null for their age to decide.</param>
/// <param name="Judged">How many trials have a rank: completed, pruned, paused or infeasible.</param>
internal sealed record TpeSplit(
    IReadOnlyList<Trial> Good, IReadOnlyList<Trial> Others, IReadOnlyList<double>? Weights, int Judged)
{
    /// <summary>A good trial that is no better than the next one still counts this much beside the best.</summary>
    private const double LeastWeight = 1e-12;

    /// <summary>Splits these trials except the one that is being asked for.</summary>
    public static TpeSplit Of(IReadOnlyList<Trial> trials, StudyHistory history, TpeOptions options)
    {
        var ranked = new List<(Rank Rank, Trial Trial)>(trials.Count);
        foreach (var trial in trials)
        {
            if (Rank.Of(trial, history) is { } rank)
                ranked.Add((rank, trial));
        }

        var count = Math.Min((int)Math.Ceiling(options.GoodShare * ranked.Count), options.MostGood);
        BestFirst(ranked, count + 1);
        var isGood = new bool[history.Trials.Count];
        foreach (var (_, trial) in ranked.Take(count))
            isGood[trial.Number] = true;

        var (good, others) = (new List<Trial>(count), new List<Trial>(trials.Count));
        foreach (var trial in trials)
        {
            if (isGood[trial.Number])
                good.Add(trial);
            else if (trial.Number != history.Number)
                others.Add(trial);
        }

        var next = count < ranked.Count ? ranked[count].Trial : null;
        var weights = options.Weighting == TpeWeighting.Improvement ? Improvements(good, next, history) : null;
        return new(good, others, weights, ranked.Count);
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

    /// <summary>How much better each is than the next best trial; null unless all of them have completed.</summary>
    private static double[]? Improvements(List<Trial> good, Trial? next, StudyHistory history)
    {
        if (good.Count == 0 || good.Exists(trial => trial.State != TrialState.Completed))
            return null;
        var cut = next?.State == TrialState.Completed ? history.Loss(next) : good.Max(history.Loss);
        var largest = good.Max(trial => cut - history.Loss(trial));
        return largest > 0 && double.IsFinite(largest)
            ? [.. good.Select(trial => Math.Max((cut - history.Loss(trial)) / largest, LeastWeight))]
            : null;
    }

    /// <summary>
    /// Completed trials by loss, then pruned and paused ones by last step and loss there, then infeasible ones.
    /// </summary>
    private readonly record struct Rank(int Class, int MinusStep, double Loss, int Number) : IComparable<Rank>
    {
        public static Rank? Of(Trial trial, StudyHistory history) => trial.State switch
        {
            TrialState.Completed => new(0, 0, history.Loss(trial), trial.Number),
            TrialState.Pruned or TrialState.Paused => trial.IntermediateValues is { Count: > 0 } values
                ? new(1, -values[^1].Step, history.Loss(values[^1].Value), trial.Number)
                : new(2, 0, history.Loss(trial), trial.Number),
            TrialState.Infeasible => new(3, 0, 0, trial.Number),
            _ => null,
        };

        public int CompareTo(Rank other) => Class != other.Class ? Class.CompareTo(other.Class)
            : MinusStep != other.MinusStep ? MinusStep.CompareTo(other.MinusStep)
            : Loss.CompareTo(other.Loss) is var order and not 0 ? order
            : Number.CompareTo(other.Number);
    }
}
