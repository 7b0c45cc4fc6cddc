namespace TuneGraph.Search;

/// <summary>
/// Chooses a few of many points so that they dominate as much as possible: the greedy solution of the hypervolume
/// subset selection problem, at least 1 − 1/e of the best (Guerreiro, Fonseca and Paquete, Evol. Comput. 24 (3), 2016).
/// What a point adds can only shrink as others are chosen, so only the most promising ones are computed anew.
/// </summary>
internal static class HypervolumeSubset
{
    /// <summary>
    /// The places of those chosen, each with what it added, most first; of equal ones the first. A point that is not
    /// below the reference adds nothing.
    /// </summary>
    public static List<(int Place, double Gain)> Choose(
        IReadOnlyList<double[]> points, int count, ReadOnlySpan<double> reference)
    {
        var gains = new double[points.Count];
        var waiting = new PriorityQueue<int, (double MinusGain, int Place)>();
        for (var i = 0; i < gains.Length; i++)
        {
            gains[i] = Hypervolume.OfRows([points[i]], reference);
            waiting.Enqueue(i, (-gains[i], i));
        }

        var chosen = new List<(int Place, double Gain)>(count);
        var taken = new List<double[]>(count);
        var known = new int[points.Count]; // among how many chosen ones each gain was computed
        while (chosen.Count < count && waiting.TryDequeue(out var i, out _))
        {
            if (known[i] < taken.Count)
            {
                (gains[i], known[i]) = (Hypervolume.Added(points[i], taken, reference), taken.Count);
                waiting.Enqueue(i, (-gains[i], i));
                continue;
            }

            chosen.Add((i, gains[i]));
            taken.Add(points[i]);
        }

        return chosen;
    }
}
