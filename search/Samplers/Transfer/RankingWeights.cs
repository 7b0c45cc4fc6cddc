namespace TuneGraph.Search;

/// <summary>
/// How far each of several models is to be trusted about a study: the share of draws in which it orders the study's
/// trials better than all others (Feurer, Letham, Hutter and Bakshy, "Practical transfer learning for Bayesian
/// optimization", arXiv 1802.02219, section 4). A past study counts only if it orders them better than chance, and if
/// it is not worse than nearly all draws of the study's own model, so that one that misleads is left out.
/// </summary>
internal static class RankingWeights
{
    /// <summary>The normal quantile which the rank agreement must exceed: one in twenty by chance.</summary>
    private const double Surprise = 1.645;

    private const double NearlyAll = 0.95;

    /// <summary>The weights, of the past models first and of the study's own last; they add up to 1.</summary>
    /// <param name="past">For each past model, draws of what it expects of each of the study's trials.</param>
    /// <param name="own">Draws of what the study's own model expects of each without having seen it.</param>
    /// <param name="losses">What the trials reported.</param>
    public static double[] Of(IReadOnlyList<double[][]> past, double[][] own, double[] losses)
    {
        int[] ownLosses = [.. own.Select(draw => Misordered(draw, losses))];
        var worst = ownLosses.Order().ElementAt((int)(NearlyAll * (ownLosses.Length - 1)));
        var pastLosses = past.Select(draws => draws.Select(draw => Misordered(draw, losses)).ToArray()).ToArray();
        bool[] trusted = [.. past.Select((draws, i) => IsAboveChance(draws, losses) && Median(pastLosses[i]) <= worst)];
        var weights = new double[past.Count + 1];
        for (var s = 0; s < ownLosses.Length; s++)
        {
            var (best, least) = (past.Count, ownLosses[s]);
            for (var i = 0; i < past.Count; i++)
            {
                if (trusted[i] && pastLosses[i][s % pastLosses[i].Length] < least)
                    (best, least) = (i, pastLosses[i][s % pastLosses[i].Length]);
            }

            weights[best] += 1.0 / ownLosses.Length;
        }

        return weights;
    }

    /// <summary>Pairs of trials that come the other way round than they were.</summary>
    public static int Misordered(double[] expected, double[] losses)
    {
        var count = 0;
        for (var i = 0; i < losses.Length; i++)
        {
            for (var j = 0; j < i; j++)
                count += (expected[i] < expected[j]) != (losses[i] < losses[j]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// Whether Kendall's rank correlation of the mean with the losses is larger than chance makes it, by its normal
    /// approximation (Kendall, "Rank correlation methods", 1948).
    /// </summary>
    private static bool IsAboveChance(double[][] draws, double[] losses)
    {
        var n = losses.Length;
        double[] mean = [.. Enumerable.Range(0, n).Select(k => draws.Average(draw => draw[k]))];
        var pairs = n * (n - 1) / 2.0;
        var tau = 1 - (2 * Misordered(mean, losses) / pairs);
        return tau > Surprise * Math.Sqrt(2 * ((2.0 * n) + 5) / (9.0 * n * (n - 1)));
    }

    private static int Median(int[] values) => values.Order().ElementAt(values.Length / 2);
}
