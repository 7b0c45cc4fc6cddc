namespace TuneGraph.Search;

/// <summary>
/// A covariance matrix C = B D² Bᵀ: full, or its diagonal alone. Immutable; each update is a new one.
/// </summary>
internal abstract class Covariance
{
    /// <summary>n.</summary>
    public abstract int Dimensions { get; }

    /// <summary>The lengths of the ellipsoid's half axes (D), in no order.</summary>
    public abstract ReadOnlySpan<double> Lengths { get; }

    /// <summary>C_ii.</summary>
    public abstract double Variance(int i);

    /// <summary>y = B D z: from N(0, I) to N(0, C).</summary>
    public abstract void Color(ReadOnlySpan<double> z, Span<double> y);

    /// <summary>z = C^(−1/2) y.</summary>
    public abstract void Whiten(ReadOnlySpan<double> y, Span<double> z);

    /// <summary>One column of B.</summary>
    public abstract void Axis(int i, Span<double> b);

    /// <summary>keep · C + Σ weights_k · ys_k ys_kᵀ.</summary>
    public abstract Covariance Updated(double keep, ReadOnlySpan<double> weights, IReadOnlyList<double[]> ys);

    /// <summary>C^(−1/2) (scale · next − C) C^(−1/2), as a list of numbers.</summary>
    public abstract double[] ChangeTo(Covariance next, double scale);

    /// <summary>C + rate · (scale · next − C).</summary>
    public abstract Covariance Towards(Covariance next, double scale, double rate);

    /// <summary>The matrix times a number.</summary>
    public abstract Covariance Scaled(double factor);

    /// <summary>det(C)^(1/n).</summary>
    public double MeanVariance()
    {
        var sum = 0.0;
        foreach (var d in Lengths)
            sum += Math.Log(d);
        return Math.Exp(2 * sum / Dimensions);
    }
}
