namespace TuneGraph.Compat.SharpLearning;

/// <summary>The usual acquisition functions, for minimisation and a normal prediction.</summary>
public static class AcquisitionFunctions
{
    /// <summary>By how much the error is expected to fall below the best (Jones, Schonlau and Welch, 1998).</summary>
    public static double ExpectedImprovement(double currentScore, double mean, double variance, double xi = 0.0)
    {
        var (gain, deviation) = (currentScore - mean - xi, Math.Sqrt(variance));
        if (!(deviation > 0))
            return Math.Max(0, gain);
        var z = gain / deviation;
        return (gain * Below(z)) + (deviation * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>The chance that the error falls below the best (Kushner, 1964).</summary>
    public static double ProbabilityOfImprovement(double currentScore, double mean, double variance, double xi = 0.0)
    {
        var (gain, deviation) = (currentScore - mean - xi, Math.Sqrt(variance));
        return deviation > 0 ? Below(gain / deviation) : gain > 0 ? 1 : 0;
    }

    /// <summary>
    /// Φ(z) to 7.5e-8: formula 26.2.17 of Abramowitz and Stegun, "Handbook of mathematical functions" (1964).
    /// </summary>
    private static double Below(double z)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(z)));
        var polynomial = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978
            + (t * 1.330274429))))))));
        var tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * polynomial;
        return z > 0 ? 1 - tail : tail;
    }
}
