namespace TuneGraph.Search;

/// <summary>
/// Regression trees over mixed features with missing values (Breiman, "Random forests", 2001), whose disagreement says
/// how sure they are: the law of total variance over trees and leaves (Hutter et al., "Algorithm runtime prediction",
/// Artificial Intelligence 206 (2014), section 4.3.2).
/// </summary>
internal sealed class RegressionForest
{
    private readonly RegressionTree[] _trees;

    private RegressionForest(RegressionTree[] trees) => _trees = trees;

    /// <summary>The trees.</summary>
    public IReadOnlyList<RegressionTree> Trees => _trees;

    /// <summary>Grows a forest over at least one row.</summary>
    public static RegressionForest Fit(ForestData data, ForestOptions options, SearchRandom random)
    {
        var grower = new TreeGrower(data, options, random);
        var weights = new int[data.Rows];
        var trees = new RegressionTree[options.Trees];
        for (var t = 0; t < trees.Length; t++)
        {
            weights.AsSpan().Fill(options.Bootstrap ? 0 : 1);
            for (var i = Math.Min(options.Sample, weights.Length); options.Bootstrap && i > 0; i--)
                weights[random.NextInt64(weights.Length)]++;
            trees[t] = grower.Grow(weights);
        }

        return new(trees);
    }

    /// <summary>The mean prediction at a row, and how far the truth may lie from it.</summary>
    public (double Mean, double Variance) Predict(ReadOnlySpan<double> row)
    {
        var (sum, squares, within) = (0.0, 0.0, 0.0);
        foreach (var tree in _trees)
        {
            var leaf = tree.LeafOf(row);
            sum += leaf.Mean;
            squares += leaf.Mean * leaf.Mean;
            within += leaf.Variance;
        }

        var mean = sum / _trees.Length;
        return (mean, Math.Max(0, (squares / _trees.Length) - (mean * mean)) + (within / _trees.Length));
    }
}
