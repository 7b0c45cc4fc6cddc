namespace TuneGraph.Search;

/// <summary>
/// The strategy's constants (Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772v2, equations (48) to
/// (58) and table 1), with the learning rates of Ros and Hansen, "A simple modification in CMA-ES achieving linear time
/// and space complexity" (PPSN 2008), where only the diagonal is learnt.
/// </summary>
internal sealed class CmaConstants
{
    public CmaConstants(int dimensions, int population, bool separable)
    {
        var (n, lambda) = ((double)dimensions, population);
        Dimensions = dimensions;
        Population = lambda;
        Parents = lambda / 2;
        var raw = new double[lambda];
        for (var i = 0; i < lambda; i++)
            raw[i] = Math.Log((lambda + 1) / 2.0) - Math.Log(i + 1); // (49)
        MuEff = Effective(raw.AsSpan(0, Parents));
        C1 = 2 / (((n + 1.3) * (n + 1.3)) + MuEff); // (57)
        CMu = 2 * (MuEff - 2 + (1 / MuEff)) / (((n + 2) * (n + 2)) + MuEff); // (58)
        if (separable)
            (C1, CMu) = (Math.Min(C1 * (n + 2) / 3, 0.5), CMu * (n + 2) / 3);
        CMu = Math.Min(1 - C1 - 1e-8, CMu);
        var minusEff = Effective(raw.AsSpan(Parents));
        var alpha = Math.Min(
            1 + (C1 / CMu), // (50)
            Math.Min(1 + (2 * minusEff / (MuEff + 2)), (1 - C1 - CMu) / (n * CMu))); // (51), (52)
        Weights = Normalised(raw, alpha);
        CSigma = (MuEff + 2) / (n + MuEff + 5); // (55)
        DSigma = 1 + (2 * Math.Max(0, Math.Sqrt((MuEff - 1) / (n + 1)) - 1)) + CSigma;
        CC = (4 + (MuEff / n)) / (n + 4 + (2 * MuEff / n)); // (56)
        ChiN = Math.Sqrt(n) * (1 - (1 / (4 * n)) + (1 / (21 * n * n)));
    }

    /// <summary>n.</summary>
    public int Dimensions { get; }

    /// <summary>λ.</summary>
    public int Population { get; }

    /// <summary>μ = ⌊λ/2⌋.</summary>
    public int Parents { get; }

    /// <summary>w_1 … w_λ (53): the first μ sum to 1, the others are negative or zero.</summary>
    public double[] Weights { get; }

    /// <summary>μ_eff.</summary>
    public double MuEff { get; }

    /// <summary>c_1: the learning rate of the rank-one update.</summary>
    public double C1 { get; }

    /// <summary>c_μ: the learning rate of the rank-μ update.</summary>
    public double CMu { get; }

    /// <summary>c_c: the decay of the path of the covariance.</summary>
    public double CC { get; }

    /// <summary>c_σ: the decay of the path of the step size.</summary>
    public double CSigma { get; }

    /// <summary>d_σ: the damping of the step size.</summary>
    public double DSigma { get; }

    /// <summary>E‖N(0, I)‖, nearly.</summary>
    public double ChiN { get; }

    /// <summary>λ = 4 + ⌊3 ln n⌋ (48).</summary>
    public static int DefaultPopulation(int dimensions) => 4 + (int)Math.Floor(3 * Math.Log(dimensions));

    private static double Effective(ReadOnlySpan<double> weights)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var w in weights)
            (sum, squares) = (sum + w, squares + (w * w));
        return squares == 0 ? 0 : sum * sum / squares;
    }

    private static double[] Normalised(double[] raw, double alpha)
    {
        var (positive, negative) = (0.0, 0.0);
        foreach (var w in raw)
            (positive, negative) = w > 0 ? (positive + w, negative) : (positive, negative - w);
        var weights = new double[raw.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = raw[i] >= 0 ? raw[i] / positive : alpha * raw[i] / negative;
        return weights;
    }
}
