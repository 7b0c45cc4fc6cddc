using System.Numerics;
using System.Runtime.CompilerServices;
using Lanes = System.Numerics.Vector;

namespace TuneGraph.Collectives;

/// <summary>16-bit floats: combined in float32 and rounded once per stored result.</summary>
internal sealed unsafe class NarrowKernel<T, TWidening, TReduction>() : ReduceKernel(sizeof(T))
    where T : unmanaged
    where TWidening : struct, IWidening<T>
    where TReduction : struct, IReduction<float>
{
    internal static readonly NarrowKernel<T, TWidening, TReduction> Instance = new();

    internal override void Combine(byte* into, byte* from, long elements)
    {
        var sources = stackalloc nint[] { (nint)into, (nint)from };
        Fuse(new(sources, 2), new(sources, 1), 0, elements, divisor: 1);
    }

    internal override void Divide(byte* values, long elements, int divisor)
    {
        var place = (nint)values;
        Fuse(new(ref place), new(ref place), 0, elements, divisor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Fuse(
        ReadOnlySpan<nint> sources, ReadOnlySpan<nint> targets, long start, long end, int divisor)
    {
        int width = Vector<ushort>.Count;
        var lanes = new Vector<float>(divisor);
        var i = start;
        for (; i + width <= end; i += width)
        {
            var (low, high) = Load(sources[0], i);
            for (var r = 1; r < sources.Length; r++)
            {
                var (otherLow, otherHigh) = Load(sources[r], i);
                low = TReduction.Of(low, otherLow);
                high = TReduction.Of(high, otherHigh);
            }
            if (divisor != 1)
            {
                low /= lanes;
                high /= lanes;
            }
            var bits = Lanes.Narrow(TWidening.Narrow(low), TWidening.Narrow(high));
            foreach (var target in targets) bits.Store((ushort*)target + i);
        }
        for (; i < end; i++)
        {
            var sum = TWidening.Widen(((T*)sources[0])[i]);
            for (var r = 1; r < sources.Length; r++) sum = TReduction.Of(sum, TWidening.Widen(((T*)sources[r])[i]));
            var result = TWidening.Narrow(divisor == 1 ? sum : sum / divisor);
            foreach (var target in targets) ((T*)target)[i] = result;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<float> Low, Vector<float> High) Load(nint source, long at)
    {
        Lanes.Widen(Lanes.Load((ushort*)source + at), out var low, out var high);
        return (TWidening.Widen(low), TWidening.Widen(high));
    }
}
