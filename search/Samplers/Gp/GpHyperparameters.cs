namespace TuneGraph.Search;

/// <summary>
/// What is fitted, as logarithms in one vector: for each axis its relevance θ = 1/ℓ², then the amplitude σ², the noise
/// τ², and for each axis the exponents a and b of its <see cref="InputWarp"/>.
/// </summary>
internal sealed class GpHyperparameters(int axes, double[] logs)
{
    public double[] Logs { get; } = logs;

    public double Amplitude => Math.Exp(Logs[axes]);

    public double Noise => Math.Exp(Logs[axes + 1]);

    public static int CountFor(int axes) => (3 * axes) + 2;

    public double Relevance(int axis) => Math.Exp(Logs[axis]);

    public InputWarp Warp(int axis) =>
        new(Math.Exp(Logs[axes + 2 + (2 * axis)]), Math.Exp(Logs[axes + 3 + (2 * axis)]));
}
