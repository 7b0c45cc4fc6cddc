namespace TuneGraph.Search;

/// <summary>
/// The variance of one tree's prediction over the unit cube, and of what is left of it when all but one or two features
/// are averaged out. Each leaf adds its mean to a box; a feature's borders cut its range into intervals, and sums over
/// boxes are taken by differences, so that a feature costs no more than the leaves and intervals it has.
/// </summary>
internal sealed class TreeMarginals
{
    private readonly List<Box> _leaves = [];
    private readonly double[][] _borders; // [feature]: ascending, both ends included; choices have one interval each
    private readonly double _mean;
    private readonly double[] _main;

    /// <param name="tree">The tree.</param>
    /// <param name="choices">
    /// For each feature with categories the borders between them, from 0 to 1; null for one with thresholds.
    /// </param>
    public TreeMarginals(RegressionTree tree, double[]?[] choices)
    {
        var features = choices.Length;
        _borders = new double[features][];
        for (var f = 0; f < features; f++)
            _borders[f] = choices[f]
                ?? [.. Thresholds(tree, f).Where(t => t is > 0 and < 1).Append(0).Append(1).Distinct().Order()];
        Collect(tree, choices);
        foreach (var leaf in _leaves)
            _mean += leaf.Weight * leaf.Value;
        foreach (var leaf in _leaves)
            Variance += leaf.Weight * (leaf.Value - _mean) * (leaf.Value - _mean);
        _main = [.. Enumerable.Range(0, features).Select(MainVariance)];
    }

    /// <summary>The variance of the prediction over the whole cube.</summary>
    public double Variance { get; }

    /// <summary>The variance of the mean prediction along one feature.</summary>
    public double Main(int feature) => _main[feature];

    /// <summary>The variance of the mean prediction over two features, without what each has alone.</summary>
    public double Pair(int one, int other)
    {
        var (rows, columns) = (Intervals(one), Intervals(other));
        var sums = new double[(rows + 1) * (columns + 1)];
        foreach (var leaf in _leaves)
        {
            var height = leaf.Value * leaf.Weight / (Part(leaf, one) * Part(leaf, other));
            foreach (var (top, bottom) in leaf.Sides[one])
            {
                foreach (var (left, right) in leaf.Sides[other])
                {
                    sums[(top * (columns + 1)) + left] += height;
                    sums[(top * (columns + 1)) + right] -= height;
                    sums[(bottom * (columns + 1)) + left] -= height;
                    sums[(bottom * (columns + 1)) + right] += height;
                }
            }
        }

        var variance = 0.0;
        var above = new double[columns + 1];
        for (var r = 0; r < rows; r++)
        {
            var along = 0.0;
            for (var c = 0; c < columns; c++)
            {
                above[c] += sums[(r * (columns + 1)) + c];
                along += above[c];
                variance += Width(one, r) * Width(other, c) * (along - _mean) * (along - _mean);
            }
        }

        return Math.Max(0, variance - _main[one] - _main[other]);
    }

    private static IEnumerable<double> Thresholds(RegressionTree tree, int feature) =>
        tree.Nodes.Where(node => node.Feature == feature).Select(node => node.Threshold);

    private double MainVariance(int feature)
    {
        var sums = new double[Intervals(feature) + 1];
        foreach (var leaf in _leaves)
        {
            var height = leaf.Value * leaf.Weight / Part(leaf, feature);
            foreach (var (from, to) in leaf.Sides[feature])
            {
                sums[from] += height;
                sums[to] -= height;
            }
        }

        var (along, variance) = (0.0, 0.0);
        for (var i = 0; i < sums.Length - 1; i++)
        {
            along += sums[i];
            variance += Width(feature, i) * (along - _mean) * (along - _mean);
        }

        return variance;
    }

    private int Intervals(int feature) => _borders[feature].Length - 1;

    /// <summary>The share of the feature's range that an interval takes up.</summary>
    private double Width(int feature, int interval) => _borders[feature][interval + 1] - _borders[feature][interval];

    private double Part(Box leaf, int feature) =>
        leaf.Sides[feature].Sum(side => _borders[feature][side.To] - _borders[feature][side.From]);

    /// <summary>Walks down, narrowing the box; leaves whose box is empty weigh nothing.</summary>
    private void Collect(RegressionTree tree, double[]?[] choices)
    {
        var open = new Stack<(int Place, (int From, int To)[][] Sides)>();
        open.Push((0, [.. _borders.Select(b => new[] { (0, b.Length - 1) })]));
        while (open.TryPop(out var at))
        {
            var node = tree.Nodes[at.Place];
            if (node.Feature < 0)
            {
                var leaf = new Box(node.Mean, 1, at.Sides);
                var weight = Enumerable.Range(0, _borders.Length).Aggregate(1.0, (w, f) => w * Part(leaf, f));
                if (weight > 0)
                    _leaves.Add(leaf with { Weight = weight });
                continue;
            }

            var (left, right) = choices[node.Feature] is not null
                ? Divided(at.Sides[node.Feature], node)
                : Cut(at.Sides[node.Feature][0], node);
            open.Push((node.Left + 1, Replaced(at.Sides, node.Feature, right)));
            open.Push((node.Left, Replaced(at.Sides, node.Feature, left)));
        }
    }

    private ((int, int)[] Left, (int, int)[] Right) Cut((int From, int To) side, RegressionTree.Node node)
    {
        var place = Array.BinarySearch(_borders[node.Feature], node.Threshold);
        if (place < 0) // it lies beyond the range
            place = node.Threshold <= 0 ? side.From : side.To;
        place = Math.Clamp(place, side.From, side.To);
        return ([(side.From, place)], [(place, side.To)]);
    }

    private static ((int, int)[] Left, (int, int)[] Right) Divided((int From, int To)[] sides, RegressionTree.Node node)
    {
        var (left, right) = (new List<(int, int)>(), new List<(int, int)>());
        foreach (var (from, to) in sides)
        {
            for (var category = from; category < to; category++)
                (node.GoesLeft(category) ? left : right).Add((category, category + 1));
        }

        return ([.. left], [.. right]);
    }

    private static (int, int)[][] Replaced((int, int)[][] sides, int feature, (int, int)[] side)
    {
        var copy = ((int, int)[][])sides.Clone();
        copy[feature] = side;
        return copy;
    }

    /// <summary>A leaf's part of the space.</summary>
    /// <param name="Value">Its mean.</param>
    /// <param name="Weight">Its volume.</param>
    /// <param name="Sides">[feature]: the ranges of intervals that it covers.</param>
    private sealed record Box(double Value, double Weight, (int From, int To)[][] Sides);
}
