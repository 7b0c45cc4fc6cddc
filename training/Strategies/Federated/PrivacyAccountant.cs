namespace TuneGraph.Training;

/// <summary>
/// What repeated Gaussian noise on samples costs in privacy, by Rényi differential privacy: Mironov, Talwar and Zhang
/// 2019, arXiv:1908.10530, sections 3.2 and 3.3. Each row (or client) is in a step's sample with the same probability,
/// by itself.
/// </summary>
public static class PrivacyAccountant
{
    private const double PointsPerDeviation = 40, Deviations = 14;

    /// <summary>1.1 to 10.9 in tenths, then 11 to 63, and 128, 256, 512.</summary>
    private static readonly double[] _orders =
    [
        .. Enumerable.Range(1, 99).Select(i => 1 + (i / 10.0)),
        .. Enumerable.Range(11, 53).Select(i => (double)i), 128, 256, 512,
    ];

    /// <summary>ε of (ε, δ)-differential privacy after some steps.</summary>
    /// <param name="samplingRate">Probability that one is in a step's sample (q), in (0, 1].</param>
    /// <param name="noiseMultiplier">Standard deviation of the noise over the sensitivity (σ), above 0.</param>
    /// <param name="steps">Steps so far, at least 0.</param>
    /// <param name="delta">δ, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static double Epsilon(double samplingRate, double noiseMultiplier, long steps, double delta)
    {
        if (samplingRate is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(samplingRate), samplingRate, "It must lie in (0, 1].");
        if (!(noiseMultiplier > 0))
            throw new ArgumentOutOfRangeException(nameof(noiseMultiplier), noiseMultiplier, "It must be above 0.");
        if (delta is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "It must lie in (0, 1).");
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (steps == 0)
            return 0;
        // Canonne, Kamath and Steinke 2020, arXiv:2004.00010, proposition 12.
        return Math.Max(0, _orders.Min(order => (steps * Renyi(samplingRate, noiseMultiplier, order))
            + Math.Log(1 - (1 / order)) - (Math.Log(delta * order) / (order - 1))));
    }

    /// <summary>Rényi divergence of an order α between what a step shows with and without one member.</summary>
    internal static double Renyi(double q, double sigma, double order) => q == 1
        ? order / (2 * sigma * sigma)
        : LogMoment(q, sigma, order) / (order - 1);

    /// <summary>
    /// ln E of (1 - q + q e^((2z - 1) / 2σ²))^α over z ~ N(0, σ²). The trapezoidal rule on a smooth function that
    /// vanishes at both ends converges faster than any power of the step.
    /// </summary>
    private static double LogMoment(double q, double sigma, double order)
    {
        var step = sigma / PointsPerDeviation;
        // e^(α (2z - 1) / 2σ²) moves the mean of z to α.
        var points = (int)Math.Ceiling((order + (2 * Deviations * sigma)) / step);
        var logs = new double[points + 1];
        for (var i = 0; i <= points; i++)
        {
            var z = (-Deviations * sigma) + (i * step);
            var exponent = Math.Log(q) + (((2 * z) - 1) / (2 * sigma * sigma));
            var most = Math.Max(exponent, Math.Log(1 - q));
            var mixture = most + Math.Log(Math.Exp(exponent - most) + Math.Exp(Math.Log(1 - q) - most));
            logs[i] = (order * mixture) - (z * z / (2 * sigma * sigma));
        }
        var peak = logs.Max();
        var sum = logs.Sum(log => Math.Exp(log - peak));
        return peak + Math.Log(sum * step / (sigma * Math.Sqrt(2 * Math.PI)));
    }
}
