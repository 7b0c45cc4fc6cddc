namespace TuneGraph.Collectives;

/// <summary>
/// The arithmetic of one (element type, operation) pair over raw memory. Stateless; one instance serves all.
/// </summary>
internal abstract unsafe class ReduceKernel(int elementBytes)
{
    internal int ElementBytes { get; } = elementBytes;

    /// <summary>into[i] = into[i] ∘ from[i].</summary>
    internal abstract void Combine(byte* into, byte* from, long elements);

    /// <summary>
    /// For i in [start, end): r = (((s₀[i] ∘ s₁[i]) ∘ s₂[i]) ∘ …) ÷ divisor, stored into every target.
    /// Sources are read before targets are written, so they may be the same.
    /// </summary>
    internal abstract void Fuse(
        ReadOnlySpan<nint> sources, ReadOnlySpan<nint> targets, long start, long end, int divisor);

    /// <summary>values[i] = values[i] ÷ divisor.</summary>
    internal abstract void Divide(byte* values, long elements, int divisor);

    internal static ReduceKernel For(ElementType element, ReduceOp op) => element switch
    {
        ElementType.F32 => Vector<float>(op),
        ElementType.F64 => Vector<double>(op),
        ElementType.I32 when op != ReduceOp.Mean => Vector<int>(op),
        ElementType.I64 when op != ReduceOp.Mean => Vector<long>(op),
        ElementType.F16 => Narrow<Half, HalfWidening>(op),
        ElementType.BF16 => Narrow<BFloat16, BFloat16Widening>(op),
        ElementType.U8 => throw new NotSupportedException(
            "Bytes can be moved but not reduced; use float, double, Half, BFloat16, int or long."),
        _ => throw new NotSupportedException(
            $"The mean of {element} is not an integer; reduce with ReduceOp.Sum and divide by WorldSize."),
    };

    private static ReduceKernel Vector<T>(ReduceOp op) where T : unmanaged, System.Numerics.INumber<T> => op switch
    {
        ReduceOp.Sum or ReduceOp.Mean => VectorKernel<T, SumOf<T>>.Instance,
        ReduceOp.Min => VectorKernel<T, MinOf<T>>.Instance,
        ReduceOp.Max => VectorKernel<T, MaxOf<T>>.Instance,
        _ => throw Unknown(op),
    };

    private static ReduceKernel Narrow<T, TWidening>(ReduceOp op)
        where T : unmanaged where TWidening : struct, IWidening<T> => op switch
        {
            ReduceOp.Sum or ReduceOp.Mean => NarrowKernel<T, TWidening, SumOf<float>>.Instance,
            ReduceOp.Min => NarrowKernel<T, TWidening, MinOf<float>>.Instance,
            ReduceOp.Max => NarrowKernel<T, TWidening, MaxOf<float>>.Instance,
            _ => throw Unknown(op),
        };

    private static ArgumentOutOfRangeException Unknown(ReduceOp op) =>
        new(nameof(op), op, "The reduce operation must be Sum, Mean, Min or Max.");
}
