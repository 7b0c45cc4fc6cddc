namespace TuneGraph.Search;

/// <summary>
/// The Kumaraswamy distribution function w(x) = 1 − (1 − xᵃ)ᵇ, which bends an axis so that the objective varies evenly
/// along it (Snoek et al., "Input warping for Bayesian optimization of non-stationary functions", ICML 2014, with
/// Kumaraswamy's in place of the beta distribution). a = b = 1 leaves it straight.
/// </summary>
internal readonly record struct InputWarp(double A, double B)
{
    private const double Edge = 1e-6; // at 0 and 1 the slopes may be infinite

    public bool IsStraight => A == 1 && B == 1;

    /// <summary>w(x), with 0 and 1 staying what they are.</summary>
    public double Apply(double x) => IsStraight || x is 0 or 1 ? x : 1 - Math.Pow(1 - Math.Pow(x, A), B);

    /// <summary>∂w/∂x, ∂w/∂ln a and ∂w/∂ln b.</summary>
    public (double X, double LogA, double LogB) Slopes(double x)
    {
        x = Math.Clamp(x, Edge, 1 - Edge);
        var u = Math.Pow(x, A);
        var rest = 1 - u;
        var power = Math.Pow(rest, B - 1);
        var slope = B * power * A * u; // x ∂w/∂x
        return (slope / x, slope * Math.Log(x), -B * power * rest * Math.Log(rest));
    }
}
