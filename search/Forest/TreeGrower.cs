namespace TuneGraph.Search;

/// <summary>
/// Grows one tree after another over the same data. Rows are sorted by each feature once; a split divides those orders
/// and keeps them sorted, so that a level of a tree costs rows × features.
/// </summary>
internal sealed class TreeGrower(ForestData data, ForestOptions options, SearchRandom random)
{
    private readonly int _features = data.Columns.Length;
    private readonly int[][] _orders = [.. data.Columns.Select(_ => new int[data.Rows])];
    private readonly int[] _features0 = [.. Enumerable.Range(0, data.Columns.Length)];
    private readonly int[] _spare = new int[data.Rows];
    private readonly bool[] _left = new bool[data.Rows];
    private readonly SplitFinder _finder = new(data, options, random);

    /// <summary>A tree over the rows, each counted as often as its weight says.</summary>
    public RegressionTree Grow(ReadOnlySpan<int> weights)
    {
        var count = 0;
        for (var f = 0; f < _features; f++)
        {
            count = 0;
            foreach (var row in data.OrderOf(f))
            {
                if (weights[row] > 0)
                    _orders[f][count++] = row;
            }
        }

        var tree = new RegressionTree();
        if (_features == 0)
        {
            var all = Totals.Of(Enumerable.Range(0, data.Rows).ToArray(), weights, data.Targets);
            tree.Add(RegressionTree.Node.Leaf(all.Mean, all.Variance));
            return tree;
        }

        tree.Add(default);
        var open = new Stack<(int Place, int From, int To, int Depth)>();
        open.Push((0, 0, count, 0));
        while (open.TryPop(out var node))
        {
            var totals = Totals.Of(_orders[0].AsSpan(node.From, node.To - node.From), weights, data.Targets);
            if (BestSplit(node.From, node.To, node.Depth, weights, totals) is not { } split)
            {
                tree.Set(node.Place, RegressionTree.Node.Leaf(totals.Mean, totals.Variance));
                continue;
            }

            var left = tree.Add(default);
            tree.Add(default);
            tree.Set(node.Place, split with { Left = left, Mean = totals.Mean, Variance = totals.Variance });
            var middle = Divide(node.From, node.To, split);
            open.Push((left + 1, middle, node.To, node.Depth + 1));
            open.Push((left, node.From, middle, node.Depth + 1));
        }

        return tree;
    }

    private RegressionTree.Node? BestSplit(int from, int to, int depth, ReadOnlySpan<int> weights, Totals totals)
    {
        if (totals.Weight < options.MinSplit || depth >= options.MaxDepth || totals.Spread <= 1e-12 * totals.Squares)
            return null;
        _finder.Begin(totals);
        // A random part of the features, and the others only if those cannot be split.
        var enough = (int)Math.Ceiling(options.FeatureShare * _features);
        for (var i = 0; i < _features && (i < enough || !_finder.Found); i++)
        {
            var j = i + (int)random.NextInt64(_features - i);
            (_features0[i], _features0[j]) = (_features0[j], _features0[i]);
            _finder.Try(_features0[i], _orders[_features0[i]].AsSpan(from, to - from), weights);
        }

        return _finder.Found ? _finder.Best : null;
    }

    /// <summary>Left rows first, in each order; returns where the right ones begin.</summary>
    private int Divide(int from, int to, RegressionTree.Node split)
    {
        foreach (var row in _orders[0].AsSpan(from, to - from))
            _left[row] = split.GoesLeft(data.Columns[split.Feature][row]);
        var middle = from;
        foreach (var order in _orders)
        {
            var (kept, moved) = (from, 0);
            for (var i = from; i < to; i++)
            {
                if (_left[order[i]])
                    order[kept++] = order[i];
                else
                    _spare[moved++] = order[i];
            }

            _spare.AsSpan(0, moved).CopyTo(order.AsSpan(kept));
            middle = kept;
        }

        return middle;
    }
}
