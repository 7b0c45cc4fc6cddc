namespace TuneGraph.Search;

/// <summary>Weight, sum and sum of squares of some rows' targets.</summary>
internal readonly record struct Totals(double Weight, double Sum, double Squares)
{
    public double Mean => Sum / Weight;

    public double Variance => Math.Max(0, (Squares / Weight) - (Mean * Mean));

    /// <summary>Σ (y − mean)².</summary>
    public double Spread => Math.Max(0, Squares - (Sum * Sum / Weight));

    public static Totals Of(ReadOnlySpan<int> rows, ReadOnlySpan<int> weights, double[] targets)
    {
        var (weight, sum, squares) = (0.0, 0.0, 0.0);
        foreach (var row in rows)
        {
            var (w, y) = (weights[row], targets[row]);
            weight += w;
            sum += w * y;
            squares += w * y * y;
        }

        return new(weight, sum, squares);
    }
}

/// <summary>Looks for the split of one node that leaves the least spread of targets on its sides.</summary>
internal sealed class SplitFinder(ForestData data, ForestOptions options, SearchRandom random)
{
    private readonly double[] _weightOf = new double[ForestData.MostCategories];
    private readonly double[] _sumOf = new double[ForestData.MostCategories];
    private Totals _all;
    private double _bestScore;

    /// <summary>The best split so far; its children and means are not set.</summary>
    public RegressionTree.Node Best { get; private set; }

    /// <summary>Whether there is one.</summary>
    public bool Found { get; private set; }

    public void Begin(Totals all)
    {
        (_all, Found) = (all, false);
        _bestScore = (all.Sum * all.Sum / all.Weight) + (1e-12 * all.Spread);
    }

    /// <summary>Tries all splits by one feature, whose values ascend along the rows.</summary>
    public void Try(int feature, ReadOnlySpan<int> rows, ReadOnlySpan<int> weights)
    {
        var column = data.Columns[feature];
        var present = rows.Length;
        var (missing, missingSum) = (0.0, 0.0);
        while (present > 0 && double.IsNaN(column[rows[present - 1]]))
        {
            var row = rows[--present];
            missing += weights[row];
            missingSum += weights[row] * data.Targets[row];
        }

        if (present == 0)
            return;
        if (data.Categories[feature] > 0)
            TryCategories(feature, rows[..present], weights, missing, missingSum);
        else
            TryThresholds(feature, rows[..present], weights, missing, missingSum);
    }

    private void TryThresholds(
        int feature, ReadOnlySpan<int> rows, ReadOnlySpan<int> weights, double missing, double missingSum)
    {
        var column = data.Columns[feature];
        var (weight, sum) = (0.0, 0.0);
        var (place, missingLeft) = (-1, false);
        for (var i = 0; i < rows.Length; i++)
        {
            weight += weights[rows[i]];
            sum += weights[rows[i]] * data.Targets[rows[i]];
            if (i + 1 < rows.Length && column[rows[i]] == column[rows[i + 1]])
                continue;
            if (Improves(weight, sum))
                (place, missingLeft) = (i, false);
            if (missing > 0 && Improves(weight + missing, sum + missingSum))
                (place, missingLeft) = (i, true);
        }

        if (place < 0)
            return;
        var low = column[rows[place]];
        var threshold = double.PositiveInfinity; // what has a value against what has none
        if (place + 1 < rows.Length)
        {
            // Anywhere between the neighbours, so that the trees together interpolate.
            var high = column[rows[place + 1]];
            threshold = Math.Clamp(low + (random.NextDouble() * (high - low)), low, Math.BitDecrement(high));
        }

        Best = new(feature, threshold, 0, missingLeft, 0, 0, 0);
    }

    /// <summary>
    /// Ordered by their mean target, the best division of the categories is a cut (Breiman et al., "Classification and
    /// regression trees", 1984, theorem 4.5). Categories that no row has go right.
    /// </summary>
    private void TryCategories(
        int feature, ReadOnlySpan<int> rows, ReadOnlySpan<int> weights, double missing, double missingSum)
    {
        var count = data.Categories[feature];
        _weightOf.AsSpan(0, count).Clear();
        _sumOf.AsSpan(0, count).Clear();
        foreach (var row in rows)
        {
            var category = (int)data.Columns[feature][row];
            _weightOf[category] += weights[row];
            _sumOf[category] += weights[row] * data.Targets[row];
        }

        Span<int> order = stackalloc int[count];
        var seen = 0;
        for (var c = 0; c < count; c++)
        {
            if (_weightOf[c] > 0)
                order[seen++] = c;
        }

        order[..seen].Sort((a, b) => (_sumOf[a] / _weightOf[a]).CompareTo(_sumOf[b] / _weightOf[b]) is var by and not 0
            ? by
            : a.CompareTo(b));
        var (weight, sum, mask) = (0.0, 0.0, 0UL);
        foreach (var category in order[..seen])
        {
            weight += _weightOf[category];
            sum += _sumOf[category];
            mask |= 1UL << category;
            if (Improves(weight, sum))
                Best = new(feature, 0, mask, false, 0, 0, 0);
            if (missing > 0 && Improves(weight + missing, sum + missingSum))
                Best = new(feature, 0, mask, true, 0, 0, 0);
        }
    }

    /// <summary>Whether these rows on the left are better than the best so far; then they are the best.</summary>
    private bool Improves(double weight, double sum)
    {
        var (other, otherSum) = (_all.Weight - weight, _all.Sum - sum);
        if (weight < options.MinLeaf || other < options.MinLeaf || other <= 0)
            return false;
        var score = (sum * sum / weight) + (otherSum * otherSum / other);
        if (!(score > _bestScore))
            return false;
        (_bestScore, Found) = (score, true);
        return true;
    }
}
