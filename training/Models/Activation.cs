namespace TuneGraph.Training;

/// <summary>The function after every hidden layer.</summary>
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
}
