using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>One dense layer: its true sizes, and where its parameters lie in the arena.</summary>
/// <param name="Inputs">Width of the layer below.</param>
/// <param name="Outputs">Width of the layer.</param>
/// <param name="Stride">Outputs rounded up to whole panels: the row stride of the layer's activations.</param>
/// <param name="Weights">Offset of the weights [inputs, outputs], in panels.</param>
/// <param name="Biases">Offset of the biases [stride].</param>
internal readonly record struct DenseLayer(int Inputs, int Outputs, int Stride, int Weights, int Biases)
{
    /// <summary>Arena elements from <see cref="Weights"/> on.</summary>
    public int Length => (Inputs * Stride) + Stride;
}

/// <summary>Where a perceptron's parameters lie in one flat arena; gradients and optimizer state lie alike.</summary>
internal sealed class MlpLayout
{
    private MlpLayout(MlpSpec model, ImmutableArray<DenseLayer> layers, int length)
    {
        Model = model;
        Layers = layers;
        Length = length;
    }

    public MlpSpec Model { get; }
    public ImmutableArray<DenseLayer> Layers { get; }

    /// <summary>Elements of the arena, a multiple of the panel width.</summary>
    public int Length { get; }

    public int Features => Layers[0].Inputs;
    public int Outputs => Layers[^1].Outputs;

    /// <summary>"64-128-10 Relu": what must be equal for parameters to fit.</summary>
    public string Description =>
        string.Join('-', Layers.Select(layer => layer.Inputs).Append(Outputs))
        + (Layers.Length > 1 ? $" {Model.Activation}" : "");

    /// <exception cref="ArgumentException">The model has more parameters than an arena can hold.</exception>
    public static MlpLayout Of<T>(MlpSpec model, int features, int outputs)
        where T : unmanaged
    {
        var layers = ImmutableArray.CreateBuilder<DenseLayer>();
        var inputs = features;
        long offset = 0;
        foreach (var width in model.Hidden.Append(outputs))
        {
            var stride = Panels<T>.RoundUp(width);
            var end = offset + (((long)inputs + 1) * stride);
            if (end > Array.MaxLength)
            {
                throw new ArgumentException($"The model has more than {Array.MaxLength:N0} parameters, the most "
                    + $"allowed: {features} features, hidden layers {string.Join(", ", model.Hidden)}.", nameof(model));
            }
            layers.Add(new DenseLayer(inputs, width, stride, (int)offset, (int)(offset + ((long)inputs * stride))));
            offset = end;
            inputs = width;
        }
        return new MlpLayout(model, layers.ToImmutable(), (int)offset);
    }

    /// <summary>Copies a layer's weights out of an arena, as [outputs, inputs] row-major.</summary>
    public static void GetWeights<T>(ReadOnlySpan<T> arena, DenseLayer layer, Span<T> weights)
        where T : unmanaged
    {
        for (var o = 0; o < layer.Outputs; o++)
        {
            for (var i = 0; i < layer.Inputs; i++)
                weights[(o * layer.Inputs) + i] = arena[WeightIndex<T>(layer, o, i)];
        }
    }

    /// <summary>Copies weights [outputs, inputs] row-major into an arena.</summary>
    public static void SetWeights<T>(Span<T> arena, DenseLayer layer, ReadOnlySpan<T> weights)
        where T : unmanaged
    {
        for (var o = 0; o < layer.Outputs; o++)
        {
            for (var i = 0; i < layer.Inputs; i++)
                arena[WeightIndex<T>(layer, o, i)] = weights[(o * layer.Inputs) + i];
        }
    }

    private static int WeightIndex<T>(DenseLayer layer, int output, int input)
        where T : unmanaged
    {
        var width = Panels<T>.Width;
        return layer.Weights + (((output / width * layer.Inputs) + input) * width) + (output % width);
    }
}
