namespace TuneGraph.Search;

/// <summary>The signed-rank test (Wilcoxon, "Individual comparisons by ranking methods", 1945).</summary>
internal static class SignedRank
{
    /// <summary>Up to so many differences the distribution is counted out, as in SciPy.</summary>
    private const int LargestExact = 50;

    /// <summary>
    /// The chance of differences as positive as these, or more so, if their distribution is symmetric about 0. Zeros
    /// count half to either side ("zsplit") and, as ties do beyond 50 differences, call for the normal approximation.
    /// </summary>
    public static double PValue(ReadOnlySpan<double> differences)
    {
        var n = differences.Length;
        var order = new int[n];
        var sizes = new double[n];
        var zeros = 0;
        for (var i = 0; i < n; i++)
        {
            (order[i], sizes[i]) = (i, Math.Abs(differences[i]));
            zeros += differences[i] == 0 ? 1 : 0;
        }

        Array.Sort(sizes, order);
        var (positive, ties) = (0.0, 0.0);
        for (var start = 0; start < n;)
        {
            var end = start + 1;
            while (end < n && sizes[end] == sizes[start])
                end++;
            var rank = (start + end + 1) / 2.0; // the mean of start + 1, …, end
            var count = (double)(end - start);
            ties += count * ((count * count) - 1);
            for (var k = start; k < end; k++)
            {
                var sign = differences[order[k]];
                positive += sign > 0 ? rank : sign == 0 ? rank / 2 : 0;
            }

            start = end;
        }

        return zeros == 0 && n <= LargestExact ? Exact((int)positive, n) : Normal(positive, n, ties);
    }

    /// <summary>The share of the 2ⁿ choices of signs whose positive ranks sum up to this or more.</summary>
    private static double Exact(int sum, int n)
    {
        var chances = new double[(n * (n + 1) / 2) + 1];
        chances[0] = 1;
        for (var rank = 1; rank <= n; rank++)
        {
            for (var s = chances.Length - 1; s >= 0; s--)
                chances[s] = (chances[s] + (s >= rank ? chances[s - rank] : 0)) / 2;
        }

        var tail = 0.0;
        for (var s = chances.Length - 1; s >= sum; s--)
            tail += chances[s];
        return tail;
    }

    private static double Normal(double sum, int n, double ties)
    {
        var mean = n * (n + 1) / 4.0;
        var variance = ((n * (n + 1.0) * ((2 * n) + 1)) - (ties / 2)) / 24;
        return variance > 0 ? Gaussian.Cdf((mean - sum) / Math.Sqrt(variance)) : 0.5;
    }
}
