using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>A multilayer perceptron: dense layers with an activation between them.</summary>
/// <remarks>
/// Weights start from a uniform distribution on ±√(6 / inputs) before ReLU and GELU (He et al. 2015,
/// arXiv:1502.01852) and on ±√(6 / (inputs + outputs)) before tanh and in the last layer (Glorot and Bengio 2010);
/// biases start at 0.
/// </remarks>
public sealed record MlpSpec
{
    /// <summary>The widest hidden layer allowed.</summary>
    public const int MaxWidth = 65536;

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
    public Activation Activation
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Activation), value, "Relu, Tanh or Gelu is needed.");
    }

    /// <summary>
    /// Probability that a hidden unit is dropped in training, in [0, 1). Default: 0. The units that stay are scaled
    /// by 1 / (1 - probability), so that prediction needs no change (Srivastava et al. 2014).
    /// </summary>
    public double Dropout
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Dropout), value, "It must lie in [0, 1).");
    }
}
