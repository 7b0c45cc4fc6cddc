using System.Runtime.CompilerServices;

namespace TuneGraph.Collectives;

/// <summary>To float32 and back, for elements too narrow to add.</summary>
internal interface IWidening<T> where T : unmanaged
{
    static abstract float Widen(T value);
    static abstract T Narrow(float value);
}

internal readonly struct HalfWidening : IWidening<Half>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(Half value) => (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Half Narrow(float value) => (Half)value;
}

internal readonly struct BFloat16Widening : IWidening<BFloat16>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(BFloat16 value) => (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BFloat16 Narrow(float value) => (BFloat16)value;
}

/// <summary>16-bit floats: combined in float32 and rounded once per stored result.</summary>
internal sealed unsafe class NarrowKernel<T, TWidening, TReduction>() : ReduceKernel(sizeof(T))
    where T : unmanaged
    where TWidening : struct, IWidening<T>
    where TReduction : struct, IReduction<float>
{
    internal static readonly NarrowKernel<T, TWidening, TReduction> Instance = new();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Combine(byte* into, byte* from, long elements)
    {
        T* x = (T*)into, y = (T*)from;
        for (long i = 0; i < elements; i++)
            x[i] = TWidening.Narrow(TReduction.Of(TWidening.Widen(x[i]), TWidening.Widen(y[i])));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Divide(byte* values, long elements, int divisor)
    {
        var x = (T*)values;
        for (long i = 0; i < elements; i++) x[i] = TWidening.Narrow(TWidening.Widen(x[i]) / divisor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Fuse(
        ReadOnlySpan<nint> sources, ReadOnlySpan<nint> targets, long start, long end, int divisor)
    {
        for (var i = start; i < end; i++)
        {
            var sum = TWidening.Widen(((T*)sources[0])[i]);
            for (var r = 1; r < sources.Length; r++) sum = TReduction.Of(sum, TWidening.Widen(((T*)sources[r])[i]));
            var result = TWidening.Narrow(divisor == 1 ? sum : sum / divisor);
            foreach (var target in targets) ((T*)target)[i] = result;
        }
    }
}
