using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>A multilayer perceptron: dense layers with an activation between them.</summary>
/// <remarks>
/// Weights start as <see cref="LinearSpec"/> tells: by He et al. before ReLU, GELU and SiLU, by Glorot and Bengio
/// before the other activations and in the last layer; biases start at 0.
/// </remarks>
public sealed record MlpSpec : ModelSpec
{
    /// <summary>The widest hidden layer allowed.</summary>
    public const int MaxWidth = LayerSpec.MaxWidth;

    /// <summary>Widths of the hidden layers, each 1 to 65536. Empty gives a linear model.</summary>
    public required ImmutableArray<int> Hidden
    {
        get;
        init
        {
            field = value.IsDefault ? [] : value;
            foreach (var width in field)
            {
                if (width is < 1 or > MaxWidth)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(Hidden), width, $"A hidden layer is 1 to {MaxWidth} units wide.");
                }
            }
        }
    }

    /// <summary>The function after every hidden layer. Default: ReLU. Ignored without hidden layers.</summary>
    public Activation Activation { get; init => field = SettingRange.Known(nameof(Activation), value); }

    /// <summary>
    /// Probability that a hidden unit is dropped in training, in [0, 1). Default: 0. The units that stay are scaled
    /// by 1 / (1 - probability), so that prediction needs no change (Srivastava et al. 2014).
    /// </summary>
    public double Dropout { get; init => field = SettingRange.Share(nameof(Dropout), value); }

    /// <inheritdoc/>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs)
    {
        var layers = ImmutableArray.CreateBuilder<LayerSpec>();
        foreach (var width in Hidden)
        {
            layers.Add(new LinearSpec { Units = width });
            layers.Add(new ActivationSpec(Activation));
            if (Dropout > 0)
                layers.Add(new DropoutSpec { Probability = Dropout });
        }
        layers.Add(new LinearSpec { Units = outputs });
        return layers.ToImmutable();
    }

    internal override string Describe(int features, int outputs) =>
        string.Join('-', Hidden.Prepend(features).Append(outputs)) + (Hidden.IsEmpty ? "" : $" {Activation}");
}
