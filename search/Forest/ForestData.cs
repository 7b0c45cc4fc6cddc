namespace TuneGraph.Search;

/// <summary>What a forest learns from, column by column.</summary>
internal sealed class ForestData
{
    /// <summary>The most categories that a split can divide.</summary>
    public const int MostCategories = 64;

    private readonly int[][] _orders;

    /// <param name="columns">[feature][row]; NaN where a row has no value. A categorical one holds indices.</param>
    /// <param name="categories">
    /// How many categories each feature has, at most <see cref="MostCategories"/>; 0 for a numeric one.
    /// </param>
    /// <param name="targets">[row], finite.</param>
    public ForestData(double[][] columns, int[] categories, double[] targets)
    {
        Columns = columns;
        Categories = categories;
        Targets = targets;
        _orders = [.. columns.Select(Order)];
    }

    /// <summary>[feature][row].</summary>
    public double[][] Columns { get; }

    /// <summary>How many categories each feature has; 0 where it is split like a number.</summary>
    public int[] Categories { get; }

    /// <summary>[row].</summary>
    public double[] Targets { get; }

    /// <summary>How many rows there are.</summary>
    public int Rows => Targets.Length;

    /// <summary>The rows by ascending value of a feature, then by number; rows without a value last.</summary>
    public ReadOnlySpan<int> OrderOf(int feature) => _orders[feature];

    private static int[] Order(double[] column)
    {
        var order = Enumerable.Range(0, column.Length).ToArray();
        var keys = Array.ConvertAll(column, x => double.IsNaN(x) ? double.PositiveInfinity : x);
        Array.Sort(order, (a, b) => keys[a].CompareTo(keys[b]) is var by and not 0 ? by : a.CompareTo(b));
        return order;
    }
}
