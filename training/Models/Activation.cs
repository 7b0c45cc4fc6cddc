namespace TuneGraph.Training;

/// <summary>A function applied to every unit of a layer.</summary>
public enum Activation
{
    /// <summary>max(0, z); its derivative at 0 is 0.</summary>
    Relu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>
    /// z * Φ(z) with the exact normal distribution function Φ (not the tanh approximation).
    /// Hendrycks and Gimpel 2016, arXiv:1606.08415.
    /// </summary>
    Gelu,

    /// <summary>The logistic function 1 / (1 + exp(-z)).</summary>
    Sigmoid,

    /// <summary>z times the logistic function of z: Elfwing et al. 2017, arXiv:1702.03118.</summary>
    Silu,
}
