namespace TuneGraph.Training;

/// <summary>How the elements of a tensor start: a distribution and its scale.</summary>
/// <param name="Kind">The distribution.</param>
/// <param name="Scale">The constant; the limit of the uniform one; the standard deviation of the normal one.</param>
internal readonly record struct InitialValues(InitialKind Kind, double Scale)
{
    public static InitialValues Zero => new(InitialKind.Constant, 0);

    public static InitialValues One => new(InitialKind.Constant, 1);

    public static InitialValues Uniform(double limit) => new(InitialKind.Uniform, limit);

    public static InitialValues Normal(double deviation) => new(InitialKind.Normal, deviation);

    /// <summary>He et al. 2015 before a rectifier, else Glorot and Bengio 2010; see <see cref="LinearSpec"/>.</summary>
    public static InitialValues Fan(int inputs, int outputs, Activation? next) =>
        Uniform(Math.Sqrt(6.0 / (inputs
            + (next is Activation.Relu or Activation.Gelu or Activation.Silu ? 0 : outputs))));

    /// <summary>The value of an element.</summary>
    public double At(RandomStream stream, ulong index) => Kind switch
    {
        InitialKind.Constant => Scale,
        InitialKind.Uniform => ((2 * stream.Uniform(index)) - 1) * Scale,
        // Box and Muller 1958.
        _ => Scale * Math.Sqrt(-2 * Math.Log(1 - stream.Uniform(2 * index)))
            * Math.Cos(2 * Math.PI * stream.Uniform((2 * index) + 1)),
    };
}

/// <summary>The distributions that parameters start from.</summary>
internal enum InitialKind
{
    Constant,
    Uniform,
    Normal,
}
