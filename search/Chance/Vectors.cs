using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Search;

/// <summary>
/// The inner loops over kernels, four at a time. The width is fixed and products are rounded before sums, so that the
/// same numbers come out whatever vectors the processor has.
/// </summary>
internal static class Vectors
{
    /// <summary>sums[k] += offset − ((x − centres[k]) · scales[k])².</summary>
    public static void AddParabolas(
        double x, double offset, ReadOnlySpan<double> centres, ReadOnlySpan<double> scales, Span<double> sums)
    {
        centres = centres[..sums.Length];
        scales = scales[..sums.Length];
        var c = Blocks(centres);
        var s = Blocks(scales);
        var t = MemoryMarshal.Cast<double, Vector256<double>>(sums);
        var at = Vector256.Create(x);
        var up = Vector256.Create(offset);
        for (var i = 0; i < t.Length; i++)
        {
            var z = (at - c[i]) * s[i];
            t[i] += up - (z * z);
        }

        for (var k = t.Length * Vector256<double>.Count; k < sums.Length; k++)
        {
            var z = (x - centres[k]) * scales[k];
            sums[k] += offset - (z * z);
        }
    }

    /// <summary>sums[k] += terms[k].</summary>
    public static void Add(ReadOnlySpan<double> terms, Span<double> sums)
    {
        terms = terms[..sums.Length];
        var a = Blocks(terms);
        var t = MemoryMarshal.Cast<double, Vector256<double>>(sums);
        for (var i = 0; i < t.Length; i++)
            t[i] += a[i];
        for (var k = t.Length * Vector256<double>.Count; k < sums.Length; k++)
            sums[k] += terms[k];
    }

    /// <summary>ln Σ exp(terms[k]); −∞ where all terms are. There is at least one term.</summary>
    public static double LogSumExp(ReadOnlySpan<double> terms)
    {
        var blocks = Blocks(terms);
        var rest = terms[(blocks.Length * Vector256<double>.Count)..];
        var most = Vector256.Create(double.NegativeInfinity);
        foreach (var block in blocks)
            most = Vector256.Max(most, block);
        var max = Math.Max(Math.Max(most[0], most[1]), Math.Max(most[2], most[3]));
        foreach (var term in rest)
            max = Math.Max(max, term);
        if (double.IsNegativeInfinity(max))
            return max;

        var sums = Vector256<double>.Zero;
        var top = Vector256.Create(max);
        foreach (var block in blocks)
            sums += Vector256.Exp(block - top);
        var sum = sums[0] + sums[1] + sums[2] + sums[3];
        foreach (var term in rest)
            sum += Math.Exp(term - max);
        return max + Math.Log(sum);
    }

    private static ReadOnlySpan<Vector256<double>> Blocks(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values);
}
