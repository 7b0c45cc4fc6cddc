using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// An optimizer whose settings may be searched over. Ranges and defaults are those of <see cref="OptimizerSpec"/>.
/// </summary>
public sealed record OptimizerTemplate
{
    /// <summary>Which optimizer. Default Adam.</summary>
    public Knob<OptimizerKind> Type { get; init; } = OptimizerKind.Adam;

    /// <summary>Learning rate, above 0. Default 0.001.</summary>
    public Knob<double> LearningRate { get; init; } = 1e-3;

    /// <summary>Momentum of SGD, from 0 (included) to 1 (excluded). Default 0.9. Ignored by the others.</summary>
    public Knob<double> Momentum { get; init; } = 0.9;

    /// <summary>Whether SGD's momentum is Nesterov's. Default false.</summary>
    public Knob<bool> Nesterov { get; init; } = false;

    /// <summary>
    /// Decay of the mean of gradients of Adam, AdamW, LAMB and Lion, from 0 (included) to 1 (excluded). Default 0.9.
    /// </summary>
    public Knob<double> Beta1 { get; init; } = 0.9;

    /// <summary>
    /// Decay of the mean of squares of Adam, AdamW and LAMB, and of Lion's mean (usually 0.99 there), from 0 (included)
    /// to 1 (excluded). Default 0.999.
    /// </summary>
    public Knob<double> Beta2 { get; init; } = 0.999;

    /// <summary>
    /// Decay of RMSprop's mean of squared gradients, from 0 (included) to 1 (excluded). Default 0.99.
    /// </summary>
    public Knob<double> Decay { get; init; } = 0.99;

    /// <summary>
    /// Weight decay, at least 0: decoupled for AdamW, LAMB and Lion, part of the gradient for the others. Default 0.
    /// </summary>
    public Knob<double> WeightDecay { get; init; } = 0.0;

    /// <summary>Longest gradient (Euclidean norm), at least 0; 0, the default, does not clip.</summary>
    public Knob<double> ClipNorm { get; init; } = 0.0;

    /// <summary>Largest element of the gradient, at least 0; 0, the default, does not cut.</summary>
    public Knob<double> ClipValue { get; init; } = 0.0;

    /// <summary>The optimizer of one configuration.</summary>
    public OptimizerSpec In(Configuration configuration) =>
        new()
        {
            Kind = Type.In(configuration),
            LearningRate = LearningRate.In(configuration),
            Momentum = Momentum.In(configuration),
            Nesterov = Nesterov.In(configuration),
            Beta1 = Beta1.In(configuration),
            Beta2 = Beta2.In(configuration),
            Decay = Decay.In(configuration),
            WeightDecay = WeightDecay.In(configuration),
            ClipNorm = ClipNorm.In(configuration),
            ClipValue = ClipValue.In(configuration),
        };

    internal IEnumerable<string?> References =>
    [
        Type.Parameter, LearningRate.Parameter, Momentum.Parameter, Nesterov.Parameter, Beta1.Parameter,
        Beta2.Parameter, Decay.Parameter, WeightDecay.Parameter, ClipNorm.Parameter, ClipValue.Parameter,
    ];
}
