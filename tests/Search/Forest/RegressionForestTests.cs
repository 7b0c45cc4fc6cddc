using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class RegressionForestTests
{
    private static readonly ForestOptions _whole = new()
    {
        Trees = 1,
        Bootstrap = false,
        FeatureShare = 1,
        MinSplit = 2,
    };

    [Fact]
    public void A_full_tree_knows_each_row()
    {
        var random = new SearchRandom(1);
        var (columns, targets) = Rows(random, 200);
        var forest = RegressionForest.Fit(new(columns, [0, 5, 0], targets), _whole, random);
        for (var i = 0; i < 200; i++)
        {
            double[] row = [columns[0][i], columns[1][i], columns[2][i]];
            Assert.Equal((targets[i], 0), forest.Predict(row));
        }
    }

    [Fact]
    public void The_first_split_is_the_best_there_is()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var random = new SearchRandom(seed);
            var (columns, targets) = Rows(random, 40);
            var stump = RegressionForest.Fit(new(columns, [0, 5, 0], targets), _whole with { MaxDepth = 1 }, random);
            var root = stump.Trees[0].Nodes[0];
            var left = Enumerable.Range(0, 40).Where(i => root.GoesLeft(columns[root.Feature][i])).ToHashSet();
            var best = AllDivisions(columns, 40).Min(side => Spread(targets, side));
            Assert.Equal(best, Spread(targets, left), 1e-9);
        }
    }

    [Fact]
    public void The_variance_is_that_within_leaves_and_between_trees()
    {
        // One feature, not split: each tree predicts the mean of its sample, and that sample's variance.
        double[] targets = [1, 2, 3, 10];
        var data = new ForestData([[0, 0, 0, 0]], [0], targets);
        var one = RegressionForest.Fit(data, _whole, new SearchRandom(1));
        Assert.Equal((4, 12.5), one.Predict([0]));
        var many = RegressionForest.Fit(data, _whole with { Trees = 20_000, Bootstrap = true }, new SearchRandom(1));
        var (mean, variance) = many.Predict([0]);
        // Drawing 4 with replacement: within 12.5 · 3/4, between 12.5 / 4; 12.5 together.
        Assert.Equal(4, mean, 0.05);
        Assert.Equal(12.5, variance, 0.3);
    }

    [Fact]
    public void Rows_without_a_value_are_told_apart()
    {
        double[] targets = [5, 5, 5, 1, 1, 1];
        double[] column = [double.NaN, double.NaN, double.NaN, 0.1, 0.5, 0.9];
        var numeric = RegressionForest.Fit(new([column], [0], targets), _whole, new SearchRandom(1));
        Assert.Equal((5, 0), numeric.Predict([double.NaN]));
        Assert.Equal((1, 0), numeric.Predict([0.7]));
        double[] codes = [double.NaN, double.NaN, double.NaN, 0, 1, 1];
        var choice = RegressionForest.Fit(new([codes], [3], targets), _whole, new SearchRandom(1));
        Assert.Equal((5, 0), choice.Predict([double.NaN]));
        Assert.Equal((1, 0), choice.Predict([1]));
    }

    [Fact]
    public void A_leaf_holds_as_many_rows_as_asked_for()
    {
        var random = new SearchRandom(2);
        var (columns, targets) = Rows(random, 100);
        var tree = RegressionForest.Fit(new(columns, [0, 5, 0], targets), _whole with { MinLeaf = 7 }, random).Trees[0];
        var leaves = Enumerable.Range(0, 100)
            .CountBy(i => tree.LeafOf([columns[0][i], columns[1][i], columns[2][i]])).ToList();
        Assert.All(leaves, leaf => Assert.InRange(leaf.Value, 7, 100));
        Assert.InRange(leaves.Count, 5, 14);
    }

    private static (double[][] Columns, double[] Targets) Rows(SearchRandom random, int count)
    {
        double[][] columns = [new double[count], new double[count], new double[count]];
        var targets = new double[count];
        for (var i = 0; i < count; i++)
        {
            (columns[0][i], columns[1][i]) = (random.NextDouble(), random.NextInt64(5));
            columns[2][i] = random.NextInt64(3) == 0 ? double.NaN : random.NextDouble();
            targets[i] = random.NextDouble();
        }

        return (columns, targets);
    }

    /// <summary>
    /// Every left side that a split can have: thresholds and all subsets, with missing rows on either.
    /// </summary>
    private static IEnumerable<HashSet<int>> AllDivisions(double[][] columns, int rows)
    {
        var all = Enumerable.Range(0, rows).ToList();
        foreach (var column in (double[][])[columns[0], columns[2]])
        {
            foreach (var cut in column.Where(x => !double.IsNaN(x)))
            {
                yield return [.. all.Where(i => column[i] <= cut)];
                yield return [.. all.Where(i => column[i] <= cut || double.IsNaN(column[i]))];
            }
        }

        for (var mask = 1; mask < 31; mask++)
            yield return [.. all.Where(i => (mask >> (int)columns[1][i] & 1) != 0)];
    }

    private static double Spread(double[] targets, HashSet<int> left)
    {
        if (left.Count == 0 || left.Count == targets.Length)
            return double.PositiveInfinity;
        var right = Enumerable.Range(0, targets.Length).Where(i => !left.Contains(i)).ToList();
        var (a, b) = (left.Average(i => targets[i]), right.Average(i => targets[i]));
        return left.Sum(i => Math.Pow(targets[i] - a, 2)) + right.Sum(i => Math.Pow(targets[i] - b, 2));
    }
}
