namespace TuneGraph.Training;

/// <summary>How the ranks' gradients are compressed. Only for float32.</summary>
public sealed record CompressionSpec
{
    /// <summary>The code. Default: none.</summary>
    public CompressionKind Kind
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Kind), value, "A member of CompressionKind is needed.");
    }

    /// <summary>
    /// What an element of <see cref="CompressionKind.TwoBit"/> stands for, finite and above 0; smaller gradients are
    /// gathered until they reach it. Default: 0.5, MXNet's.
    /// </summary>
    public double Threshold
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Threshold), value, "It must be finite and above 0.");
    } = 0.5;

    /// <summary>
    /// Share of the elements that <see cref="CompressionKind.TopK"/> sends, in (0, 1]. Default: 0.01.
    /// </summary>
    public double Fraction
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Fraction), value, "It must be above 0 and at most 1.");
    } = 0.01;

    /// <summary>
    /// Momentum of <see cref="CompressionKind.TopK"/>, in [0, 1). Default: 0. Above 0 it takes the place of the
    /// optimizer's, which should then be 0.
    /// </summary>
    public double Momentum
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Momentum), value, "It must be in [0, 1).");
    }

    /// <summary>
    /// Columns of the thin matrices of <see cref="CompressionKind.PowerSgd"/>, at least 1. Default: 2.
    /// </summary>
    public int Rank
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Rank), value, "It must be at least 1.");
    } = 2;

    /// <summary>
    /// Optimizer steps, from the training's beginning, whose gradients are sent whole: gradients of a new model change
    /// fast. At least 0. Default: 0.
    /// </summary>
    public int AfterSteps
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(AfterSteps), value, "It must be at least 0.");
    }
}
