namespace TuneGraph.Collectives;

/// <summary>What one element of a collective's buffer is; short names as in the safetensors format.</summary>
public enum ElementType
{
    /// <summary>An opaque byte: can be moved, not reduced.</summary>
    U8,

    /// <summary><see cref="float"/>, 4 bytes.</summary>
    F32,

    /// <summary><see cref="double"/>, 8 bytes.</summary>
    F64,

    /// <summary><see cref="System.Half"/>, 2 bytes; sums of several ranks are formed in float32.</summary>
    F16,

    /// <summary><see cref="Collectives.BFloat16"/>, 2 bytes; sums of several ranks are formed in float32.</summary>
    BF16,

    /// <summary><see cref="int"/>, 4 bytes.</summary>
    I32,

    /// <summary><see cref="long"/>, 8 bytes.</summary>
    I64,
}

internal static class ElementTypes
{
    /// <summary>The element type of <typeparamref name="T"/>; the JIT folds the comparisons away.</summary>
    internal static ElementType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return ElementType.F32;
        if (typeof(T) == typeof(double)) return ElementType.F64;
        if (typeof(T) == typeof(Half)) return ElementType.F16;
        if (typeof(T) == typeof(BFloat16)) return ElementType.BF16;
        if (typeof(T) == typeof(int)) return ElementType.I32;
        if (typeof(T) == typeof(long)) return ElementType.I64;
        if (typeof(T) == typeof(byte)) return ElementType.U8;
        throw new NotSupportedException(
            $"Collectives cannot carry elements of type {typeof(T).Name}; they carry float, double, Half, BFloat16, "
            + "int, long and byte. Reinterpret other data with MemoryMarshal.AsBytes.");
    }

    internal static int Bytes(this ElementType type) => type switch
    {
        ElementType.U8 => 1,
        ElementType.F16 or ElementType.BF16 => 2,
        ElementType.F32 or ElementType.I32 => 4,
        _ => 8,
    };
}
