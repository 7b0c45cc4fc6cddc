namespace TuneGraph.Search;

/// <summary>
/// Keeps a normal distribution over stepped parameters from settling on one value: the chance to leave the value that
/// holds the mean stays at least α = 1/(nλ). Hamano et al., "CMA-ES with margin" (GECCO 2022, arXiv 2205.13482).
/// </summary>
/// <param name="axes">The numeric parameters; continuous ones are left alone.</param>
/// <param name="alpha">α.</param>
internal sealed class CmaMargin(CmaAxes axes, double alpha)
{
    private readonly double[] _a = [.. axes.Numeric.Select(_ => 1.0)]; // A, diagonal

    /// <summary>The code at which a drawn point is evaluated: m + A (x − m) where the parameter is stepped.</summary>
    public double Place(CmaDistribution distribution, double[] x, int i) =>
        distribution.Mean[i] + (_a[i] * (x[i] - distribution.Mean[i]));

    /// <summary>The point that would be evaluated at these codes: the inverse of <see cref="Place"/>.</summary>
    public double[] Raw(CmaDistribution distribution, ReadOnlySpan<double> codes)
    {
        var x = codes.ToArray();
        for (var i = 0; i < x.Length; i++)
            x[i] = distribution.Mean[i] + ((x[i] - distribution.Mean[i]) / _a[i]);
        return x;
    }

    /// <summary>Corrects mean and A after an update (section 4).</summary>
    public void Correct(CmaDistribution distribution)
    {
        for (var i = 0; i < axes.Numeric.Count; i++)
        {
            if (axes.Stepped[i])
                Correct(distribution, i);
        }
    }

    private void Correct(CmaDistribution distribution, int i)
    {
        var (m, sd) = (distribution.Mean[i], distribution.Sigma * Math.Sqrt(distribution.C.Variance(i)));
        var (low, high) = Limits(axes.Numeric[i], m);
        var scale = sd * _a[i];
        var below = Gaussian.Cdf((low - m) / scale);
        var above = Gaussian.Cdf((m - high) / scale);
        if (Math.Max(below, above) >= 0.5) // the mean lies in the first or the last value: there is one limit only
        {
            if (Math.Min(below, above) < alpha)
                distribution.Mean[i] = high + (Math.Sign(m - high) * scale * Width(alpha));
            return;
        }

        // Both neighbours get at least α/2, and what they gain the middle loses (equations (19) to (24)).
        var middle = 1 - below - above;
        var (b, a) = (Math.Max(below, alpha / 2), Math.Max(above, alpha / 2));
        var share = (1 - b - a - middle) / (b + middle + a - (1.5 * alpha));
        b = Math.Clamp(b + (share * (b - (alpha / 2))), 1e-10, 0.5 - 1e-10);
        a = Math.Clamp(a + (share * (a - (alpha / 2))), 1e-10, 0.5 - 1e-10);
        var (down, up) = (Width(b), Width(a));
        _a[i] = (high - low) / ((down + up) * sd);
        distribution.Mean[i] = ((low * up) + (high * down)) / (down + up);
    }

    /// <summary>How many σ from the mean a limit must lie to have this chance beyond it: √(χ²_ppf(1 − 2p)).</summary>
    private static double Width(double chance) => -Gaussian.Quantile(chance);

    /// <summary>The nearest borders between values on both sides of a code; the same one twice at the ends.</summary>
    private static (double Low, double High) Limits(Distribution distribution, double code)
    {
        var (low, high) = distribution.Cell(Math.Clamp(code, 0, 1));
        if (low <= 0)
            return (high, high);
        return high >= 1 ? (low, low) : (low, high);
    }
}
