using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// What no product can exceed: GFLOP/s of multiply-adds that never leave the widest registers, on one thread.
/// </summary>
internal static unsafe class PeakSpeed
{
    private const int Turns = 20, Rounds = 1_000_000, Chains = 12;

    /// <summary>The best of some turns of a few milliseconds.</summary>
    public static double Measure() =>
        Vector512.IsHardwareAccelerated ? Measure<Vector512<float>, Lanes512<float>>()
        : Vector256.IsHardwareAccelerated ? Measure<Vector256<float>, Lanes256<float>>()
        : Measure<Vector128<float>, Lanes128<float>>();

    private static double Measure<V, S>()
        where V : struct
        where S : struct, ILanes<float, V>
    {
        var best = TimeSpan.MaxValue;
        for (var turn = 0; turn < Turns; turn++)
        {
            var started = Stopwatch.GetTimestamp();
            var sum = Chain<V, S>(0.5f);
            var took = Stopwatch.GetElapsedTime(started);
            if (took < best && float.IsFinite(sum))
                best = took;
        }
        return 2.0 * Rounds * Chains * S.Count / best.TotalSeconds / 1e9;
    }

    /// <summary>Twelve sums, as many as hide the time of one multiply-add behind the others'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain<V, S>(float factor)
        where V : struct
        where S : struct, ILanes<float, V>
    {
        V f = S.Broadcast(factor), a = f, b = f, c = f, d = f, e = f, g = f, h = f, i = f, j = f, k = f, l = f, m = f;
        for (var round = 0; round < Rounds; round++)
        {
            a = S.FusedMultiplyAdd(a, f, f); b = S.FusedMultiplyAdd(b, f, f); c = S.FusedMultiplyAdd(c, f, f);
            d = S.FusedMultiplyAdd(d, f, f); e = S.FusedMultiplyAdd(e, f, f); g = S.FusedMultiplyAdd(g, f, f);
            h = S.FusedMultiplyAdd(h, f, f); i = S.FusedMultiplyAdd(i, f, f); j = S.FusedMultiplyAdd(j, f, f);
            k = S.FusedMultiplyAdd(k, f, f); l = S.FusedMultiplyAdd(l, f, f); m = S.FusedMultiplyAdd(m, f, f);
        }
        V first = S.Add(S.Add(a, b), S.Add(c, d)), second = S.Add(S.Add(e, g), S.Add(h, i));
        return S.Sum(S.Add(S.Add(first, second), S.Add(S.Add(j, k), S.Add(l, m))));
    }
}
