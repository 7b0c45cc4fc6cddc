namespace TuneGraph.Search;

/// <summary>
/// How much room each point of a front has: the sum over the objectives of the distance between its two neighbours, in
/// parts of the front's extent there; +∞ at both ends (Deb et al., IEEE TEVC 6 (2), 2002, section III-B).
/// </summary>
internal static class CrowdingDistance
{
    public static double[] Of(IReadOnlyList<double[]> front)
    {
        var distances = new double[front.Count];
        var order = new int[front.Count];
        for (var m = 0; front.Count > 0 && m < front[0].Length; m++)
        {
            for (var i = 0; i < order.Length; i++)
                order[i] = i;
            var objective = m;
            Array.Sort(order, (a, b) =>
                front[a][objective].CompareTo(front[b][objective]) is var c and not 0 ? c : a.CompareTo(b));
            var extent = front[order[^1]][m] - front[order[0]][m];
            distances[order[0]] = distances[order[^1]] = double.PositiveInfinity;
            for (var k = 1; k < order.Length - 1 && extent > 0 && double.IsFinite(extent); k++)
                distances[order[k]] += (front[order[k + 1]][m] - front[order[k - 1]][m]) / extent;
        }

        return distances;
    }
}
