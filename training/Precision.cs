namespace TuneGraph.Training;

/// <summary>
/// In how many bits a training keeps weights and the values between layers, forward and backward. Sums, moments,
/// losses, gradients of parameters and optimizers are float32 in any case, and so are the weights that are learned, of
/// which 16 bits only hold a copy: Micikevicius et al. 2018, "Mixed Precision Training".
/// </summary>
public enum Precision
{
    /// <summary>32 bits: 8 of exponent, 23 of fraction. The default.</summary>
    Float32,

    /// <summary>16 bits with the exponents of float32: 8 of exponent, 7 of fraction.</summary>
    BFloat16,

    /// <summary>
    /// 16 bits of IEEE 754: 5 of exponent, 10 of fraction. Gradients are scaled up so that they do not vanish in it.
    /// </summary>
    Float16,
}
