using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Finds first centres; the same for any world size.</summary>
/// <param name="strategy">How.</param>
/// <param name="data">The train rows of all ranks.</param>
/// <param name="rows">This rank's rows, loaded.</param>
/// <param name="seed">Decides all draws.</param>
/// <param name="group">The ranks.</param>
internal sealed class KMeansSeeder(
    KMeansStrategy strategy, Dataset data, RowAssignment rows, ulong seed, ProcessGroup group)
{
    private readonly RowPartition _partition = new(data.Rows, group.Rank, group.WorldSize);

    /// <returns>[clusters, features].</returns>
    public float[] Seed(int clusters) => strategy.Seeding switch
    {
        KMeansSeeding.Random => Rows(Random(clusters, [])),
        KMeansSeeding.PlusPlus => Rows(PlusPlus(clusters)),
        _ => Parallel(clusters),
    };

    /// <summary>Bahmani et al. 2012, Algorithm 2.</summary>
    private float[] Parallel(int clusters)
    {
        List<int> chosen = [First()];                                       // line 1
        rows.Extend(Chosen(chosen, 0), 0);
        for (var round = 0; round < strategy.SeedingRounds; round++)        // line 3
        {
            var (cost, _) = CostOf(new long[_partition.Blocks]);
            var draw = RandomStream.Strategy(seed, StrategyDraw.CandidateCentres, round);
            var mine = new List<int>();
            for (var i = 0; i < rows.Rows.Length && cost > 0; i++)          // line 4: p = l d² / φ
            {
                var p = strategy.Oversampling * clusters * rows.Distances[i] / cost;
                if (draw.Uniform((ulong)rows.Rows[i]) < p)
                    mine.Add(rows.Rows[i]);
            }
            var before = chosen.Count;
            chosen.AddRange(Gather(mine));                                  // line 5
            if (chosen.Count > before)
                rows.Extend(Chosen(chosen, before), before);
        }
        if (chosen.Count < clusters)
            return Rows(Random(clusters, chosen));
        var weights = new long[chosen.Count];                               // line 7
        foreach (var nearest in rows.Nearest)
            weights[nearest]++;
        group.AllReduce(weights.AsSpan());
        return WeightedKMeans.Cluster(Rows(chosen), weights, data.Features, clusters, seed);    // line 8
    }

    /// <summary>Arthur and Vassilvitskii 2007, section 2.2: the next centre by its share of the cost.</summary>
    private List<int> PlusPlus(int clusters)
    {
        List<int> chosen = [First()];
        var draw = RandomStream.Strategy(seed, StrategyDraw.CandidateCentres, 0);
        while (chosen.Count < clusters)
        {
            rows.Extend(Chosen(chosen, chosen.Count - 1), chosen.Count - 1);
            var costs = new long[_partition.Blocks];
            var (cost, scale) = CostOf(costs);
            if (cost <= 0)
                return Random(clusters, chosen);
            var mark = (long)(draw.Uniform((ulong)chosen.Count) * costs.Sum());
            chosen.Add(Draw(costs, mark, scale));
        }
        return chosen;
    }

    /// <summary>The row at which the running sum of the exact costs passes a mark.</summary>
    private int Draw(long[] costs, long mark, FixedPoint scale)
    {
        var block = 0;
        for (; block < costs.Length - 1 && mark >= costs[block]; block++)
            mark -= costs[block];
        Span<long> row = [0];
        var first = block * _partition.BlockRows;
        if (first >= _partition.From && first < _partition.End)
        {
            var end = Math.Min(_partition.End, first + _partition.BlockRows);
            var at = first;
            for (var sum = scale.Of(rows.Distances[at - _partition.From]); sum <= mark && at < end - 1;)
                sum += scale.Of(rows.Distances[++at - _partition.From]);
            row[0] = at;
        }
        group.AllReduce(row);
        return (int)row[0];
    }

    /// <summary>Σ d² of all ranks; and per block, exactly.</summary>
    private (double Cost, FixedPoint Scale) CostOf(long[] blocks)
    {
        var scale = Scale();
        for (var i = 0; i < rows.Rows.Length; i++)
            blocks[rows.Rows[i] / _partition.BlockRows] += scale.Of(rows.Distances[i]);
        group.AllReduce(blocks.AsSpan());
        return (scale.Back(blocks.Sum()), scale);
    }

    private FixedPoint Scale()
    {
        Span<float> largest = [0];
        foreach (var distance in rows.Distances)
            largest[0] = Math.Max(largest[0], distance);
        group.AllReduce(largest, ReduceOp.Max);
        return new FixedPoint(largest[0], data.Rows);
    }

    private int First() =>
        (int)(RandomStream.Strategy(seed, StrategyDraw.FirstCentre, 0).Uniform(0) * data.Rows);

    /// <summary>Fills up with rows at random that are not there yet; where rows are too few, with any.</summary>
    private List<int> Random(int clusters, List<int> chosen)
    {
        var order = new int[data.Rows];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        RandomStream.Strategy(seed, StrategyDraw.FirstCentre, 1).Shuffle(order);
        var known = chosen.ToHashSet();
        List<int> result = [.. chosen, .. order.Where(row => !known.Contains(row)).Take(clusters - chosen.Count)];
        while (result.Count < clusters)
            result.Add(order[result.Count % order.Length]);
        return result;
    }

    /// <summary>All ranks' rows in ascending order: ranks hold ascending parts.</summary>
    private int[] Gather(List<int> mine)
    {
        var counts = new int[group.WorldSize];
        group.AllGather<int>([mine.Count], counts);
        var all = new int[counts.Sum()];
        mine.CopyTo(all, counts.Take(group.Rank).Sum());
        group.AllReduce(all.AsSpan());
        return all;
    }

    private Centres Chosen(List<int> chosen, int from) => new(Rows(chosen.GetRange(from, chosen.Count - from)),
        data.Features);

    private float[] Rows(List<int> chosen)
    {
        var values = new float[chosen.Count * data.Features];
        for (var i = 0; i < chosen.Count; i++)
            data.Row(chosen[i]).CopyTo(values.AsSpan(i * data.Features));
        return values;
    }
}
