using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A multilayer perceptron whose settings may be searched over. Its depth and widths are given either as <see
/// cref="Hidden"/>,
/// one width a layer, or as <see cref="Layers"/> layers of <see cref="Width"/> units.
/// </summary>
public sealed record MlpTemplate : ModelTemplate
{
    /// <summary>
    /// Width of each hidden layer, 1 to 65,536; empty to use <see cref="Layers"/> and <see cref="Width"/>. A layer
    /// whose parameter is inactive is left out, unless its knob says otherwise.
    /// </summary>
    public ImmutableArray<Knob<int>> Hidden { get; init; } = [];

    /// <summary>
    /// Number of hidden layers, 0 to 64; 0 is a linear model. Default 1. Ignored when <see cref="Hidden"/> is given.
    /// </summary>
    public Knob<int> Layers { get; init; } = 1;

    /// <summary>
    /// Units in each hidden layer, 1 to 65,536. Default 64. Ignored when <see cref="Hidden"/> is given.
    /// </summary>
    public Knob<int> Width { get; init; } = 64;

    /// <summary>Activation after each hidden layer. Default ReLU.</summary>
    public Knob<Activation> Activation { get; init; } = Training.Activation.Relu;

    /// <summary>Share of hidden units dropped in training, from 0 (included) to 1 (excluded). Default 0.</summary>
    public Knob<double> Dropout { get; init; } = 0.0;

    /// <inheritdoc/>
    public override MlpSpec In(Configuration configuration) =>
        new()
        {
            Hidden = Hidden.IsDefaultOrEmpty
                ? [.. Enumerable.Repeat(Width.In(configuration), Layers.In(configuration))]
                : [.. Widths(Hidden, configuration)],
            Activation = Activation.In(configuration),
            Dropout = Dropout.In(configuration),
        };

    internal override IEnumerable<string?> References =>
    [
        .. Hidden.Select(width => width.Parameter), Layers.Parameter, Width.Parameter, Activation.Parameter,
        Dropout.Parameter,
    ];

    internal override string Describe() => $"{string.Join(',', Hidden)} {Layers} {Width} {Activation} {Dropout}";
}
