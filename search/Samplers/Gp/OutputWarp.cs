namespace TuneGraph.Search;

/// <summary>
/// Makes losses look normal: the transformation of Yeo and Johnson ("A new family of power transformations to improve
/// normality or symmetry", Biometrika 87, 2000) of (y − median) / (median − minimum), with the likeliest exponent λ,
/// then scaled to mean 0 and variance 1. It is monotone, so that the order of losses stays.
/// </summary>
internal static class OutputWarp
{
    private const double Least = -1;
    private const double Most = 1;

    /// <summary>Replaces centred losses by warped ones of mean 0 and variance 1; the log Jacobian.</summary>
    public static double Apply(double lambda, Span<double> losses)
    {
        var jacobian = 0.0;
        foreach (ref var loss in losses)
        {
            jacobian += Math.Sign(loss) * Math.Log(1 + Math.Abs(loss));
            loss = Bend(loss, lambda);
        }

        return ((lambda - 1) * jacobian) + (losses.Length * Math.Log(Standardize(losses).Scale));
    }

    /// <summary>What a unit of the warped scale is on the centred one, at the least of these centred losses.</summary>
    public static double UnitAtLeast(double lambda, ReadOnlySpan<double> centred)
    {
        var least = double.PositiveInfinity;
        foreach (var loss in centred)
            least = Math.Min(least, loss);
        var warped = centred.ToArray();
        foreach (ref var loss in warped.AsSpan())
            loss = Bend(loss, lambda);
        var slope = Math.Pow(1 + Math.Abs(least), Math.Sign(least) * (lambda - 1));
        return 1 / (Standardize(warped).Scale * slope);
    }

    /// <summary>The values with mean 0 and variance 1, and the limit on their scale.</summary>
    public static (double[] Values, double Limit) Standardize(double[] values, double limit)
    {
        double[] all = [.. values, limit];
        Center(all); // before the mean, which may overflow
        var standard = all.AsSpan(0, values.Length).ToArray();
        var (mean, scale) = Standardize(standard);
        return (standard, (all[^1] - mean) * scale);
    }

    /// <summary>The transformation itself.</summary>
    internal static double Bend(double z, double lambda) => z >= 0
        ? (lambda == 0 ? Math.Log(1 + z) : (Math.Pow(1 + z, lambda) - 1) / lambda)
        : (lambda == 2 ? -Math.Log(1 - z) : (1 - Math.Pow(1 - z, 2 - lambda)) / (2 - lambda));

    /// <summary>
    /// (y − median) / (median − minimum), or by the whole range where that is 0; what it was divided by.
    /// </summary>
    public static double Center(Span<double> losses)
    {
        var most = 0.0;
        foreach (var loss in losses)
            most = Math.Max(most, Math.Abs(loss));
        var shrink = most > 1e100 ? 1e-100 : 1; // differences of the largest numbers would overflow
        foreach (ref var loss in losses)
            loss *= shrink;
        var sorted = losses.ToArray();
        Array.Sort(sorted);
        var median = sorted[sorted.Length / 2];
        var span = median - sorted[0];
        if (!(span > 1e-9 * (sorted[^1] - sorted[0])))
            span = sorted[^1] - sorted[0];
        foreach (ref var loss in losses)
            loss = span > 0 ? (loss - median) / span : 0;
        return span / shrink;
    }

    /// <summary>The exponent of the largest likelihood (Yeo and Johnson, (3.1)), by golden section.</summary>
    public static double MostLikely(double[] z)
    {
        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = (Least, Most);
        while (high - low > 0.01)
        {
            var (a, b) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            if (LogLikelihood(z, a) >= LogLikelihood(z, b))
                high = b;
            else
                low = a;
        }

        return (low + high) / 2;
    }

    private static double LogLikelihood(double[] z, double lambda)
    {
        var (mean, jacobian) = (0.0, 0.0);
        foreach (var value in z)
        {
            mean += Bend(value, lambda) / z.Length;
            jacobian += Math.Sign(value) * Math.Log(1 + Math.Abs(value));
        }

        var variance = 0.0;
        foreach (var value in z)
            variance += Math.Pow(Bend(value, lambda) - mean, 2) / z.Length;
        return variance > 0 ? (-0.5 * z.Length * Math.Log(variance)) + ((lambda - 1) * jacobian) : 0;
    }

    /// <summary>Scales to mean 0 and variance 1; equal values become 0, with a scale of 1.</summary>
    private static (double Mean, double Scale) Standardize(Span<double> values)
    {
        var mean = 0.0;
        foreach (var value in values)
            mean += value / values.Length;
        var variance = 0.0;
        foreach (var value in values)
            variance += (value - mean) * (value - mean) / values.Length;
        var scale = variance > 0 && double.IsFinite(variance) ? 1 / Math.Sqrt(variance) : 1;
        foreach (ref var value in values)
            value = (value - mean) * scale;
        return (mean, scale);
    }
}
