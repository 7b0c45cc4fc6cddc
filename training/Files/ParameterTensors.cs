using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Arenas as named tensors: "layers.0.weight" [outputs, inputs], "layers.0.bias" [outputs], …</summary>
internal static class ParameterTensors
{
    public static IEnumerable<SafeTensor> Of<T>(string prefix, MlpLayout layout, NativeArray<T> arena)
        where T : unmanaged
    {
        for (var l = 0; l < layout.Layers.Length; l++)
        {
            var layer = layout.Layers[l];
            var weights = new T[layer.Outputs * layer.Inputs];
            MlpLayout.GetWeights(arena.Span, layer, weights);
            yield return SafeTensor.Create<T>(WeightName(prefix, l), [layer.Outputs, layer.Inputs], weights);
            yield return SafeTensor.Create<T>(
                BiasName(prefix, l), [layer.Outputs], arena.Span.Slice(layer.Biases, layer.Outputs));
        }
    }

    /// <exception cref="InvalidDataException">A tensor is missing, or has another type or shape.</exception>
    public static void Load<T>(SafeTensorsFile file, string prefix, MlpLayout layout, NativeArray<T> arena)
        where T : unmanaged
    {
        for (var l = 0; l < layout.Layers.Length; l++)
        {
            var layer = layout.Layers[l];
            var weights = Find<T>(file, WeightName(prefix, l), [layer.Outputs, layer.Inputs]);
            MlpLayout.SetWeights(arena.Span, layer, weights);
            Find<T>(file, BiasName(prefix, l), [layer.Outputs]).CopyTo(arena.Span[layer.Biases..]);
        }
    }

    /// <summary>The same tensors in float32.</summary>
    public static SafeTensor ToSingle(SafeTensor tensor) => tensor.Type == TensorType.F64
        ? SafeTensor.Create<float>(tensor.Name, tensor.Shape, Narrow(tensor.Values<double>()))
        : tensor;

    public static string WeightName(string prefix, int layer) => $"{prefix}layers.{layer}.weight";

    public static string BiasName(string prefix, int layer) => $"{prefix}layers.{layer}.bias";

    private static ReadOnlySpan<T> Find<T>(SafeTensorsFile file, string name, ImmutableArray<long> shape)
        where T : unmanaged
    {
        var tensor = file.Tensor(name);
        return tensor.Shape.AsSpan().SequenceEqual(shape.AsSpan())
            ? tensor.Values<T>()
            : throw new InvalidDataException($"The tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}]; "
                + $"[{string.Join(", ", shape)}] is needed.");
    }

    private static float[] Narrow(ReadOnlySpan<double> values)
    {
        var narrow = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            narrow[i] = (float)values[i];
        return narrow;
    }
}
