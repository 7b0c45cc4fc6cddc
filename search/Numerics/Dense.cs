using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Search;

/// <summary>
/// Sums over rows of dense matrices, four numbers at a time. The width and the order of additions are fixed, and
/// products are rounded before sums, so that the same numbers come out whatever vectors the processor has.
/// </summary>
internal static class Dense
{
    private const int Width = 4;

    /// <summary>Σ a[k] b[k].</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        ref var p = ref MemoryMarshal.GetReference(a);
        ref var q = ref MemoryMarshal.GetReference(b);
        var (even, odd) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var k = 0;
        for (; k <= a.Length - (2 * Width); k += 2 * Width)
        {
            even += At(ref p, k) * At(ref q, k);
            odd += At(ref p, k + Width) * At(ref q, k + Width);
        }

        if (k <= a.Length - Width)
        {
            even += At(ref p, k) * At(ref q, k);
            k += Width;
        }

        var sum = Vector256.Sum(even + odd);
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    /// <summary>
    /// The products of one vector with four successive rows of a matrix: sums[r] = Σ a[k] rows[r · stride + k].
    /// </summary>
    public static Vector256<double> DotFour(ReadOnlySpan<double> a, ReadOnlySpan<double> rows, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, (3 * stride) + a.Length, nameof(rows));
        ref var p = ref MemoryMarshal.GetReference(a);
        ref var q = ref MemoryMarshal.GetReference(rows);
        var (s0, s1) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var (s2, s3) = (s0, s1);
        var k = 0;
        for (; k <= a.Length - Width; k += Width)
        {
            var x = At(ref p, k);
            s0 += x * At(ref q, k);
            s1 += x * At(ref q, stride + k);
            s2 += x * At(ref q, (2 * stride) + k);
            s3 += x * At(ref q, (3 * stride) + k);
        }

        var sums = Vector256.Create(Vector256.Sum(s0), Vector256.Sum(s1), Vector256.Sum(s2), Vector256.Sum(s3));
        for (; k < a.Length; k++)
        {
            sums += Vector256.Create(a[k]) * Vector256.Create(
                rows[k], rows[stride + k], rows[(2 * stride) + k], rows[(3 * stride) + k]);
        }

        return sums;
    }

    /// <summary>sums[k] += scale · terms[k].</summary>
    public static void AddScaled(double scale, ReadOnlySpan<double> terms, Span<double> sums)
    {
        terms = terms[..sums.Length];
        ref var p = ref MemoryMarshal.GetReference(terms);
        ref var q = ref MemoryMarshal.GetReference(sums);
        var s = Vector256.Create(scale);
        var k = 0;
        for (; k <= sums.Length - Width; k += Width)
            (At(ref q, k) + (s * At(ref p, k))).StoreUnsafe(ref q, (nuint)k);
        for (; k < sums.Length; k++)
            sums[k] += scale * terms[k];
    }

    /// <summary>sums[k] += Σ scales[r] rows[r · stride + k] over four rows.</summary>
    public static void AddScaledFour(
        Vector256<double> scales, ReadOnlySpan<double> rows, int stride, Span<double> sums)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, (3 * stride) + sums.Length, nameof(rows));
        ref var p = ref MemoryMarshal.GetReference(rows);
        ref var q = ref MemoryMarshal.GetReference(sums);
        var (a, b) = (Vector256.Create(scales[0]), Vector256.Create(scales[1]));
        var (c, d) = (Vector256.Create(scales[2]), Vector256.Create(scales[3]));
        var k = 0;
        for (; k <= sums.Length - Width; k += Width)
        {
            var left = (a * At(ref p, k)) + (b * At(ref p, stride + k));
            var right = (c * At(ref p, (2 * stride) + k)) + (d * At(ref p, (3 * stride) + k));
            (At(ref q, k) + (left + right)).StoreUnsafe(ref q, (nuint)k);
        }

        for (; k < sums.Length; k++)
        {
            var left = (scales[0] * rows[k]) + (scales[1] * rows[stride + k]);
            sums[k] += left + ((scales[2] * rows[(2 * stride) + k]) + (scales[3] * rows[(3 * stride) + k]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> At(ref double start, int k) => Vector256.LoadUnsafe(ref start, (nuint)k);
}
