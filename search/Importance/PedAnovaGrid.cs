namespace TuneGraph.Search;

/// <summary>
/// A parameter's values in at most 50 cells, and a density over them: a normal kernel in each cell that was hit,
/// weighted by its hits, with Scott's bandwidth (1992), and one broad kernel as a prior; for choices a share for each.
/// As in Optuna 5's PedAnovaImportanceEvaluator.
/// </summary>
internal sealed class PedAnovaGrid
{
    private const int MostCells = 50;

    /// <summary>90 % of a kernel stays within its cell.</summary>
    private const double LeastWidth = 0.5 / 1.64;

    private readonly CategoricalDistribution? _choice;
    private readonly bool _isStepped;

    public PedAnovaGrid(Distribution distribution)
    {
        _choice = distribution as CategoricalDistribution;
        _isStepped = distribution.Cardinality is <= MostCells
            && distribution is FloatDistribution or IntDistribution { Log: false };
        Cells = _choice is not null ? _choice.Choices.Length
            : distribution is ShapedDistribution ? MostCells
            : distribution is IntDistribution { Log: true } whole
                ? (int)Math.Min(Math.Ceiling(Math.Log2(whole.High - whole.Low + 1.0)) + 1, MostCells)
            : (int)Math.Min(distribution.Cardinality ?? MostCells, MostCells);
    }

    /// <summary>How many cells there are.</summary>
    public int Cells { get; }

    /// <summary>
    /// Continuous ranges are rounded to points from end to end, the lower of two as near; steps have a cell each.
    /// </summary>
    public int CellOf(double code) => _choice is not null ? _choice.IndexAt(code)
        : _isStepped ? Math.Min((int)(code * Cells), Cells - 1)
        : Math.Clamp((int)Math.Ceiling((code * (Cells - 1)) - 0.5), 0, Cells - 1);

    /// <summary>The probability of each cell, given how often each was hit.</summary>
    public double[] Density(int[] hits)
    {
        var cells = Enumerable.Range(0, Cells).Where(cell => hits[cell] > 0).ToArray();
        return _choice is { Ordered: false } ? Choices(hits, cells) : Smoothed(hits, cells);
    }

    private double[] Choices(int[] hits, int[] cells)
    {
        // A kernel for each choice that was hit: 1 for itself and 1/kernels for each; the prior's is uniform.
        var kernels = cells.Length + 1;
        var total = hits.Sum() + 1.0;
        var density = new double[Cells];
        for (var cell = 0; cell < Cells; cell++)
        {
            var spread = (total - 1) / kernels / (1 + ((double)Cells / kernels));
            density[cell] = (spread + (hits[cell] / (1 + ((double)Cells / kernels))) + (1.0 / Cells)) / total;
        }

        return density;
    }

    private double[] Smoothed(int[] hits, int[] cells)
    {
        var width = Math.Max(LeastWidth, Scott(hits, cells));
        // Φ at all distances that there are between a kernel's centre and a cell's border, in halves of cells.
        var below = new double[(4 * Cells) + 1];
        for (var i = 1; i < below.Length; i += 2)
            below[i] = Gaussian.Cdf(((i / 2.0) - Cells) / width);
        var total = hits.Sum() + 1.0;
        var density = new double[Cells];
        foreach (var cell in cells)
        {
            var border = (2 * (Cells - cell)) - 1; // the lower border of the first cell, seen from this one
            var whole = below[border + (2 * Cells)] - below[border];
            for (var at = 0; at < Cells; at++)
                density[at] += hits[cell] / total * (below[border + (2 * at) + 2] - below[border + (2 * at)]) / whole;
        }

        AddPrior(density, 1 / total);
        return density;
    }

    /// <summary>A normal kernel in the middle, as wide as the grid, and cut off at both of its ends.</summary>
    private void AddPrior(double[] density, double weight)
    {
        double Below(double border) => Gaussian.Cdf((border - ((Cells - 1) / 2.0)) / Cells);
        var whole = Below(Cells - 0.5) - Below(-0.5);
        for (var cell = 0; cell < Cells; cell++)
            density[cell] += weight * (Below(cell + 0.5) - Below(cell - 0.5)) / whole;
    }

    /// <summary>1.059 · min(IQR / 1.34, σ) · n^(−1/5).</summary>
    private static double Scott(int[] hits, int[] cells)
    {
        var n = hits.Sum();
        var mean = cells.Sum(cell => (double)cell * hits[cell]) / n;
        var spread = cells.Sum(cell => hits[cell] * (cell - mean) * (cell - mean));
        var sigma = Math.Sqrt(spread / Math.Max(1, n - 1));
        var (low, high, seen) = (-1, -1, 0);
        foreach (var cell in cells)
        {
            seen += hits[cell];
            low = low < 0 && seen >= n / 4 ? cell : low;
            high = high < 0 && seen > n * 3 / 4 ? cell : high;
        }

        var range = (high < 0 ? cells[^1] : high) - low;
        return 1.059 * Math.Min(range / 1.34, sigma) * Math.Pow(n, -0.2);
    }
}
