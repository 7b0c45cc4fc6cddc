using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Gives each empty cluster the row that lies farthest from its own centre, taken from clusters of more than one row;
/// as scikit-learn does.
/// </summary>
internal static class EmptyClusters
{
    public static void Repair(
        ClusterTotals totals, int clusters, RowAssignment rows, Dataset data, ProcessGroup group)
    {
        int[] empty = [.. Enumerable.Range(0, clusters).Where(j => totals.CountOf(j) == 0)];
        if (empty.Length == 0)
            return;
        var farthest = Farthest(totals, rows, empty.Length);
        var all = new double[empty.Length * 3 * group.WorldSize];
        group.AllGather<double>(farthest, all);
        var ranked = Enumerable.Range(0, all.Length / 3).Where(i => all[3 * i] > 0)
            .OrderByDescending(i => all[3 * i]).ThenBy(i => all[(3 * i) + 1]).Take(empty.Length);
        foreach (var (i, cluster) in ranked.Zip(empty))
        {
            var donor = (int)all[(3 * i) + 2];
            if (totals.CountOf(donor) > 1)
                totals.Move(data.Row((int)all[(3 * i) + 1]), donor, cluster);
        }
    }

    /// <summary>This rank's farthest rows: distance, row, cluster; filled up with zeros.</summary>
    private static double[] Farthest(ClusterTotals totals, RowAssignment rows, int count)
    {
        var (distances, nearest, numbers) = (rows.Distances.ToArray(), rows.Nearest.ToArray(), rows.Rows.ToArray());
        int[] best =
        [
            .. Enumerable.Range(0, numbers.Length).Where(i => totals.CountOf(nearest[i]) > 1)
                .OrderByDescending(i => distances[i]).ThenBy(i => numbers[i]).Take(count),
        ];
        var result = new double[3 * count];
        for (var i = 0; i < best.Length; i++)
        {
            result[3 * i] = distances[best[i]];
            result[(3 * i) + 1] = numbers[best[i]];
            result[(3 * i) + 2] = nearest[best[i]];
        }
        return result;
    }
}
