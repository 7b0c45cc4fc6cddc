using System.Numerics;
using System.Runtime.CompilerServices;
using Lanes = System.Numerics.Vector;

namespace TuneGraph.Collectives;

/// <summary>Elements that vector registers add natively.</summary>
internal sealed unsafe class VectorKernel<T, TReduction>() : ReduceKernel(sizeof(T))
    where T : unmanaged, INumber<T>
    where TReduction : struct, IReduction<T>
{
    internal static readonly VectorKernel<T, TReduction> Instance = new();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Combine(byte* into, byte* from, long elements)
    {
        T* x = (T*)into, y = (T*)from;
        long i = 0;
        int width = Vector<T>.Count;
        for (; i + 2 * width <= elements; i += 2 * width)
        {
            var low = TReduction.Of(Lanes.Load(x + i), Lanes.Load(y + i));
            var high = TReduction.Of(Lanes.Load(x + i + width), Lanes.Load(y + i + width));
            low.Store(x + i);
            high.Store(x + i + width);
        }
        for (; i < elements; i++) x[i] = TReduction.Of(x[i], y[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Divide(byte* values, long elements, int divisor)
    {
        var x = (T*)values;
        var d = T.CreateChecked(divisor);
        var lanes = new Vector<T>(d);
        long i = 0;
        for (; i + Vector<T>.Count <= elements; i += Vector<T>.Count) (Lanes.Load(x + i) / lanes).Store(x + i);
        for (; i < elements; i++) x[i] /= d;
    }

    internal override void Fuse(
        ReadOnlySpan<nint> sources, ReadOnlySpan<nint> targets, long start, long end, int divisor)
    {
        if (sources.Length == 2 && targets.Length == 2 && divisor == 1)
            FusePair((T*)sources[0], (T*)sources[1], (T*)targets[0], (T*)targets[1], start, end);
        else
            FuseAll(sources, targets, start, end, divisor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FusePair(T* x, T* y, T* p, T* q, long start, long end)
    {
        int width = Vector<T>.Count;
        var i = start;
        for (; i + 2 * width <= end; i += 2 * width)
        {
            var low = TReduction.Of(Lanes.Load(x + i), Lanes.Load(y + i));
            var high = TReduction.Of(Lanes.Load(x + i + width), Lanes.Load(y + i + width));
            low.Store(p + i);
            high.Store(p + i + width);
            low.Store(q + i);
            high.Store(q + i + width);
        }
        for (; i < end; i++) p[i] = q[i] = TReduction.Of(x[i], y[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FuseAll(
        ReadOnlySpan<nint> sources, ReadOnlySpan<nint> targets, long start, long end, int divisor)
    {
        int width = Vector<T>.Count;
        var d = T.CreateChecked(divisor);
        var lanes = new Vector<T>(d);
        var i = start;
        for (; i + 2 * width <= end; i += 2 * width)
        {
            var low = Lanes.Load((T*)sources[0] + i);
            var high = Lanes.Load((T*)sources[0] + i + width);
            for (var r = 1; r < sources.Length; r++)
            {
                low = TReduction.Of(low, Lanes.Load((T*)sources[r] + i));
                high = TReduction.Of(high, Lanes.Load((T*)sources[r] + i + width));
            }
            if (divisor != 1)
            {
                low /= lanes;
                high /= lanes;
            }
            foreach (var target in targets)
            {
                low.Store((T*)target + i);
                high.Store((T*)target + i + width);
            }
        }
        for (; i < end; i++)
        {
            var sum = ((T*)sources[0])[i];
            for (var r = 1; r < sources.Length; r++) sum = TReduction.Of(sum, ((T*)sources[r])[i]);
            if (divisor != 1) sum /= d;
            foreach (var target in targets) ((T*)target)[i] = sum;
        }
    }
}
