namespace TuneGraph.Training;

/// <summary>An optimizer and its settings. The update rules are PyTorch's.</summary>
public sealed record OptimizerSpec
{
    /// <summary>The rule. Default: Adam.</summary>
    public OptimizerKind Kind
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Kind), value, "A member of OptimizerKind is needed.");
    } = OptimizerKind.Adam;

    /// <summary>Step size, finite and above 0. Default: 1e-3.</summary>
    public double LearningRate
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw Bad(nameof(LearningRate), value, "above 0");
    } = 1e-3;

    /// <summary>Share of the last step that is kept, in [0, 1). Default: 0.9. Only for SGD.</summary>
    public double Momentum { get; init => field = Fraction(nameof(Momentum), value); } = 0.9;

    /// <summary>Whether the gradient is taken after the momentum's step. Default: false. Only for SGD.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay of the mean of gradients, in [0, 1). Default: 0.9. For Adam, AdamW, LAMB and Lion.</summary>
    public double Beta1 { get; init => field = Fraction(nameof(Beta1), value); } = 0.9;

    /// <summary>
    /// Decay of the mean of squared gradients (Adam, AdamW, LAMB) or of Lion's mean, for which 0.99 is usual; in [0,
    /// 1). Default: 0.999.
    /// </summary>
    public double Beta2 { get; init => field = Fraction(nameof(Beta2), value); } = 0.999;

    /// <summary>Decay of RMSprop's mean of squared gradients (α), in [0, 1). Default: 0.99.</summary>
    public double Decay { get; init => field = Fraction(nameof(Decay), value); } = 0.99;

    /// <summary>Added to the denominator, finite and above 0. Default: 1e-8. Not for SGD and Lion.</summary>
    public double Epsilon
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw Bad(nameof(Epsilon), value, "above 0");
    } = 1e-8;

    /// <summary>
    /// Pull of all parameters, biases included, towards 0; finite, at least 0. Default: 0. Added to the gradient
    /// for SGD, Adam, Adagrad and RMSprop, decoupled (times the learning rate) for AdamW, LAMB and Lion. It is not part
    /// of the reported losses.
    /// </summary>
    public double WeightDecay
    {
        get;
        init => field = NotNegative(nameof(WeightDecay), value);
    }

    /// <summary>
    /// The longest gradient over all parameters (Euclidean norm); a longer one is scaled down to it before the step.
    /// Finite, at least 0; 0, the default, does not clip.
    /// </summary>
    public double ClipNorm { get; init => field = NotNegative(nameof(ClipNorm), value); }

    /// <summary>
    /// The largest size of any element of the gradient; larger ones are cut, before <see cref="ClipNorm"/> looks.
    /// Finite, at least 0; 0, the default, does not cut.
    /// </summary>
    public double ClipValue { get; init => field = NotNegative(nameof(ClipValue), value); }

    private static double NotNegative(string name, double value) =>
        value >= 0 && double.IsFinite(value) ? value : throw Bad(name, value, "at least 0");

    private static double Fraction(string name, double value) =>
        value is >= 0 and < 1 ? value : throw Bad(name, value, "in [0, 1)");

    private static ArgumentOutOfRangeException Bad(string name, double value, string allowed) =>
        new(name, value, $"It must be finite and {allowed}.");
}
