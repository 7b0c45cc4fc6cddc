using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TuneGraph.Training;

/// <summary>The element types that are read and written.</summary>
public enum TensorType
{
    /// <summary>32-bit IEEE 754 floating point.</summary>
    F32,

    /// <summary>64-bit IEEE 754 floating point.</summary>
    F64,

    /// <summary>64-bit signed integer.</summary>
    I64,
}

/// <summary>A named array of numbers.</summary>
public sealed class SafeTensor
{
    private readonly byte[] _data;

    internal SafeTensor(string name, TensorType type, ImmutableArray<long> shape, byte[] data)
    {
        Name = name;
        Type = type;
        Shape = shape;
        _data = data;
    }

    /// <summary>The name, unique within a file.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public TensorType Type { get; }

    /// <summary>Size per dimension, the slowest first; empty for a single number.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The elements, row-major, little-endian.</summary>
    public ReadOnlySpan<byte> Data => _data;

    /// <summary>A tensor of float, double or long values; copied.</summary>
    /// <param name="name">The name, unique within a file.</param>
    /// <param name="shape">Size per dimension; the product is the number of values.</param>
    /// <param name="values">The elements, row-major.</param>
    /// <exception cref="ArgumentException">The type is none of the three, or the shape does not fit.</exception>
    public static SafeTensor Create<T>(string name, ImmutableArray<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (shape.Aggregate(1L, (product, size) => checked(product * size)) != values.Length)
        {
            throw new ArgumentException(
                $"A shape of [{string.Join(", ", shape)}] does not hold {values.Length} values.", nameof(shape));
        }
        return new SafeTensor(name, TypeOf<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>The elements as a span over this tensor's memory.</summary>
    /// <exception cref="InvalidDataException">The tensor holds another type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged => TypeOf<T>() == Type
        ? MemoryMarshal.Cast<byte, T>(_data)
        : throw new InvalidDataException($"The tensor '{Name}' holds {Type}, not {TypeOf<T>()}.");

    internal static int SizeOf(TensorType type) => type == TensorType.F32 ? 4 : 8;

    private static TensorType TypeOf<T>() =>
        typeof(T) == typeof(float) ? TensorType.F32
        : typeof(T) == typeof(double) ? TensorType.F64
        : typeof(T) == typeof(long) ? TensorType.I64
        : throw new ArgumentException($"Tensors hold float, double or long, not {typeof(T).Name}.");
}
