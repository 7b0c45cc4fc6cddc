namespace TuneGraph.Search;

/// <summary>
/// What is believed of the hyperparameters before anything was observed: ln ℓ is normal about a length that grows with
/// √d (Hvarfner et al., "Vanilla Bayesian optimization performs great in high dimensions", ICML 2024), the amplitude is
/// Gamma(2, 1) and the noise Gamma(1.1, 30) distributed (as in Optuna's GPSampler), and ln a and ln b of the input
/// warping are normal about 0.
/// </summary>
internal sealed class GpPrior(GpAxes axes, bool warpsInputs)
{
    private const double Length = 0.5; // ℓ/√d, the middle of what is believed
    private const double LengthSpread = 1; // of ln ℓ
    private const double NoiseShape = 1.1;
    private const double NoiseRate = 30;
    private const double LeastNoise = 1e-6;
    private const double WarpSpread = 0.5; // of ln a and ln b
    private const double MostWarp = 1.5;

    private readonly double _length = Math.Log(Length) + (0.5 * Math.Log(axes.Count));

    /// <summary>Whether the input warping is fitted, and not left straight.</summary>
    public bool WarpsInputs => warpsInputs;

    /// <summary>Where fits begin: at lengths in the middle of what is believed, and at a fifth of them.</summary>
    public IEnumerable<double[]> Starts() => [Start(1, 1e-3), Start(0.2, 1e-5)];

    /// <summary>The least and the largest values of a fit.</summary>
    public (double[] Low, double[] High) Bounds()
    {
        var (low, high) = (Start(1, 1), Start(1, 1));
        low.AsSpan(0, axes.Count).Fill(Math.Log(1e-4));
        high.AsSpan(0, axes.Count).Fill(Math.Log(1e4));
        (low[axes.Count], high[axes.Count]) = (Math.Log(1e-2), Math.Log(1e2));
        (low[axes.Count + 1], high[axes.Count + 1]) = (Math.Log(LeastNoise), Math.Log(2));
        for (var k = axes.Count + 2; k < low.Length; k++)
        {
            var bend = warpsInputs && !axes.IsChoice[(k - axes.Count - 2) / 2] ? MostWarp : 0;
            (low[k], high[k]) = (-bend, bend);
        }

        return (low, high);
    }

    /// <summary>The negative log density up to a constant; its derivatives are added to the gradient.</summary>
    public double AddPenalty(ReadOnlySpan<double> logs, Span<double> gradient)
    {
        var sum = 0.0;
        for (var p = 0; p < axes.Count; p++)
        {
            var off = ((-0.5 * logs[p]) - _length) / LengthSpread;
            sum += off * off / 2;
            gradient[p] -= 0.5 * off / LengthSpread;
        }

        var (amplitude, noise) = (Math.Exp(logs[axes.Count]), Math.Exp(logs[axes.Count + 1]));
        sum += amplitude - logs[axes.Count];
        gradient[axes.Count] += amplitude - 1;
        sum += (NoiseRate * noise) - ((NoiseShape - 1) * logs[axes.Count + 1]);
        gradient[axes.Count + 1] += (NoiseRate * noise) - (NoiseShape - 1);
        for (var k = axes.Count + 2; k < logs.Length; k++)
        {
            sum += logs[k] * logs[k] / (2 * WarpSpread * WarpSpread);
            gradient[k] += logs[k] / (WarpSpread * WarpSpread);
        }

        return sum;
    }

    private double[] Start(double shortening, double noise)
    {
        var logs = new double[GpHyperparameters.CountFor(axes.Count)];
        logs.AsSpan(0, axes.Count).Fill(-2 * (_length + Math.Log(shortening)));
        logs[axes.Count + 1] = Math.Log(noise);
        return logs;
    }
}
