namespace TuneGraph.Search;

/// <summary>Which of several points are better, where each has a loss for every objective.</summary>
internal static class Dominance
{
    /// <summary>Whether a point is nowhere worse than another, and better in one objective.</summary>
    public static bool Dominates(ReadOnlySpan<double> point, ReadOnlySpan<double> other)
    {
        var better = false;
        for (var i = 0; i < point.Length; i++)
        {
            if (point[i] > other[i])
                return false;
            better |= point[i] < other[i];
        }

        return better;
    }

    /// <summary>
    /// The rank of every point: 0 where no other dominates it, and 1 more than those that must be taken away before
    /// that is so. Efficient non-dominated sort with binary search (Zhang et al., IEEE TEVC 19 (2), 2015, ENS-BS).
    /// </summary>
    public static int[] Ranks(IReadOnlyList<double[]> points)
    {
        var order = new int[points.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => Compare(points[a], points[b]) is var c and not 0 ? c : a.CompareTo(b));
        var ranks = new int[points.Count];
        var fronts = new List<List<double[]>>();
        foreach (var i in order) // whatever dominates a point stands before it
        {
            var (low, high) = (0, fronts.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (IsDominated(points[i], fronts[middle]))
                    low = middle + 1;
                else
                    high = middle;
            }

            if (low == fronts.Count)
                fronts.Add([]);
            fronts[low].Add(points[i]);
            ranks[i] = low;
        }

        return ranks;
    }

    /// <summary>By the first objective, then by the next.</summary>
    private static int Compare(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => a.SequenceCompareTo(b);

    // Of two objectives, the point that came last has the least of the second: it alone can dominate.
    private static bool IsDominated(double[] point, List<double[]> front)
    {
        var last = point.Length <= 2 ? front.Count - 1 : 0;
        for (var k = front.Count - 1; k >= last; k--)
        {
            if (Dominates(front[k], point))
                return true;
        }

        return false;
    }
}
