using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Arenas as named tensors, by the place of their layer: "layers.0.weight" [outputs, inputs], "layers.0.bias" …
/// </summary>
internal static class ParameterTensors
{
    public static IEnumerable<SafeTensor> Of<T>(
        string prefix, ImmutableArray<TensorPlace> places, DeviceArray<T> arena)
        where T : unmanaged
    {
        arena.Download();
        foreach (var place in places)
        {
            var values = new T[place.Count];
            place.Get(arena.Span, values);
            yield return SafeTensor.Create<T>(prefix + place.Name, place.Shape, values);
        }
    }

    /// <exception cref="InvalidDataException">A tensor is missing, or has another type or shape.</exception>
    public static void Load<T>(
        SafeTensorsFile file, string prefix, ImmutableArray<TensorPlace> places, DeviceArray<T> arena)
        where T : unmanaged
    {
        foreach (var place in places)
            place.Set(arena.Span, Find<T>(file, prefix + place.Name, place.Shape));
        arena.Upload();
    }

    /// <summary>The same tensors in float32.</summary>
    public static SafeTensor ToSingle(SafeTensor tensor) => tensor.Type == TensorType.F64
        ? SafeTensor.Create<float>(tensor.Name, tensor.Shape, Narrow(tensor.Values<double>()))
        : tensor;

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
