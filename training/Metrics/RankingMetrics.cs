namespace TuneGraph.Training;

/// <summary>
/// How well scores put the positive rows before the negative ones. Rows of equal score count as one step.
/// </summary>
internal static class RankingMetrics
{
    /// <summary>
    /// Area under the receiver operating characteristic: the probability that a positive row scores higher than a
    /// negative one, ties counting half (Mann and Whitney 1947). Null without rows of both kinds.
    /// </summary>
    public static double? RocAuc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        double area = 0, below = 0, positives = 0;
        foreach (var (hits, misses) in Steps(scores, positive))
        {
            // From the highest score down: each miss here lies below all positives so far, and ties with these.
            area += misses * (positives + (0.5 * hits));
            (positives, below) = (positives + hits, below + misses);
        }
        return positives == 0 || below == 0 ? null : area / positives / below;
    }

    /// <summary>
    /// Σ (recall - recall before) * precision over the steps of the score, without interpolation. Null without
    /// positive rows.
    /// </summary>
    public static double? AveragePrecision(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        double sum = 0, positives = 0, rows = 0;
        foreach (var (hits, misses) in Steps(scores, positive))
        {
            (positives, rows) = (positives + hits, rows + hits + misses);
            sum += hits * positives / rows;
        }
        return positives == 0 ? null : sum / positives;
    }

    /// <summary>Positives and negatives per distinct score, from the highest down.</summary>
    private static List<(int Hits, int Misses)> Steps(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        var order = new int[scores.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var keys = scores.ToArray();
        Array.Sort(keys, order);
        var steps = new List<(int Hits, int Misses)>();
        for (var i = order.Length - 1; i >= 0; i--)
        {
            var step = i < order.Length - 1 && keys[i] == keys[i + 1] ? steps[^1] : (0, 0);
            step = positive[order[i]] ? (step.Item1 + 1, step.Item2) : (step.Item1, step.Item2 + 1);
            if (i < order.Length - 1 && keys[i] == keys[i + 1])
                steps[^1] = step;
            else
                steps.Add(step);
        }
        return steps;
    }
}
