namespace TuneGraph.Training;

/// <summary>
/// k-means++ and a few of Lloyd's iterations over few weighted points, in float64 on every rank alike: how k-means‖
/// makes k centres of its candidates.
/// </summary>
internal static class WeightedKMeans
{
    private const int MostIterations = 30;

    /// <param name="points">[count, features].</param>
    /// <param name="weights">[count], at least 0.</param>
    /// <param name="features">Features of a point.</param>
    /// <param name="clusters">Centres wanted, at most count.</param>
    /// <param name="seed">Decides all draws.</param>
    /// <returns>[clusters, features].</returns>
    public static float[] Cluster(float[] points, long[] weights, int features, int clusters, ulong seed)
    {
        var centres = PlusPlus(points, weights, features, clusters, seed);
        var nearest = new int[weights.Length];
        var sums = new double[centres.Length];
        var counts = new double[clusters];
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var changed = false;
            Array.Clear(sums);
            Array.Clear(counts);
            for (var i = 0; i < weights.Length; i++)
            {
                var point = points.AsSpan(i * features, features);
                var best = NearestOf(point, centres, clusters);
                changed |= best != nearest[i] || iteration == 0;
                nearest[i] = best;
                counts[best] += weights[i];
                for (var f = 0; f < features; f++)
                    sums[(best * features) + f] += weights[i] * (double)point[f];
            }
            for (var i = 0; i < centres.Length && changed; i++)
                centres[i] = counts[i / features] > 0 ? sums[i] / counts[i / features] : centres[i];
            if (!changed)
                break;
        }
        return Array.ConvertAll(centres, value => (float)value);
    }

    private static double[] PlusPlus(float[] points, long[] weights, int features, int clusters, ulong seed)
    {
        var draw = RandomStream.Strategy(seed, StrategyDraw.Recluster, 0);
        var centres = new double[clusters * features];
        var shares = Array.ConvertAll(weights, weight => (double)weight);
        var distances = new double[weights.Length];
        Array.Fill(distances, double.PositiveInfinity);
        for (var j = 0; j < clusters; j++)
        {
            var chosen = Draw(shares, draw.Uniform((ulong)j));
            var centre = centres.AsSpan(j * features, features);
            for (var f = 0; f < features; f++)
                centre[f] = points[(chosen * features) + f];
            for (var i = 0; i < weights.Length; i++)
            {
                distances[i] = Math.Min(distances[i], Distance(points.AsSpan(i * features, features), centre));
                shares[i] = weights[i] * distances[i];
            }
        }
        return centres;
    }

    private static int Draw(double[] shares, double uniform)
    {
        var mark = uniform * shares.Sum();
        var last = 0;
        for (var i = 0; i < shares.Length; i++)
        {
            if (shares[i] <= 0)
                continue;
            last = i;
            mark -= shares[i];
            if (mark < 0)
                break;
        }
        return last;
    }

    private static int NearestOf(ReadOnlySpan<float> point, double[] centres, int clusters)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var j = 0; j < clusters; j++)
        {
            var distance = Distance(point, centres.AsSpan(j * point.Length, point.Length));
            if (distance < least)
                (best, least) = (j, distance);
        }
        return best;
    }

    private static double Distance(ReadOnlySpan<float> point, ReadOnlySpan<double> centre)
    {
        var sum = 0.0;
        for (var f = 0; f < point.Length; f++)
            sum += (point[f] - centre[f]) * (point[f] - centre[f]);
        return sum;
    }
}
