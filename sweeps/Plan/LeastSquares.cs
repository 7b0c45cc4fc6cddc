namespace TuneGraph;

/// <summary>Least squares for a handful of unknowns.</summary>
internal static class LeastSquares
{
    private const int MostUnknowns = 8;

    /// <summary>
    /// The x ≥ 0 with the least |A·x - b|², found by trying every set of unknowns that are not 0: exact, and cheap for
    /// a few.
    /// </summary>
    /// <param name="rows">A, a row for each equation.</param>
    /// <param name="right">b.</param>
    public static double[] NonNegative(double[][] rows, double[] right)
    {
        var unknowns = rows[0].Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unknowns, MostUnknowns, nameof(rows));
        var best = new double[unknowns];
        var least = Error(rows, right, best);
        for (var chosen = 1; chosen < 1 << unknowns; chosen++)
        {
            if (Solve(rows, right, chosen) is not { } found || found.Any(value => value < 0))
                continue;
            var error = Error(rows, right, found);
            if (error < least - 1e-12)
                (best, least) = (found, error);
        }

        return best;
    }

    // The normal equations of the chosen unknowns, by elimination; null where they have no single answer.
    private static double[]? Solve(double[][] rows, double[] right, int chosen)
    {
        int[] used = [.. Enumerable.Range(0, rows[0].Length).Where(i => (chosen >> i & 1) == 1)];
        var system = new double[used.Length, used.Length + 1];
        for (var i = 0; i < used.Length; i++)
        {
            for (var j = 0; j < used.Length; j++)
                system[i, j] = rows.Sum(row => row[used[i]] * row[used[j]]);
            system[i, used.Length] = rows.Zip(right).Sum(pair => pair.First[used[i]] * pair.Second);
        }

        if (!Eliminate(system, used.Length))
            return null;
        var found = new double[rows[0].Length];
        for (var i = 0; i < used.Length; i++)
            found[used[i]] = system[i, used.Length] / system[i, i];
        return found;
    }

    private static bool Eliminate(double[,] system, int size)
    {
        for (var pivot = 0; pivot < size; pivot++)
        {
            if (Math.Abs(system[pivot, pivot]) < 1e-12)
                return false;
            for (var row = 0; row < size; row++)
            {
                var factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                for (var column = pivot; column <= size && factor != 0; column++)
                    system[row, column] -= factor * system[pivot, column];
            }
        }

        return true;
    }

    private static double Error(double[][] rows, double[] right, double[] x) =>
        rows.Zip(right).Sum(pair => Math.Pow(pair.First.Zip(x).Sum(term => term.First * term.Second) - pair.Second, 2));
}
