using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Search;

/// <summary>
/// The inner loops over kernels, four at a time. The width is fixed and products are rounded before sums, so that the
/// same numbers come out whatever vectors the processor has.
/// </summary>
internal static class Vectors
{
    /// <summary>
    /// Smaller exponents are raised to this one: nothing beside e⁰, and no underflow, which the vector's exponential
    /// leaves to a slow function.
    /// </summary>
    private const double LeastExponent = -700;

    /// <summary>
    /// sums[k] += ln(width · φ(z) / φ(0)) + (h² / 24)(z² − 1) − (h⁴ / 2880)(z⁴ + 4z² − 2), where
    /// z = √2 (x − centres[k]) scales[k] and h = √2 width scales[k]: to the sixth order in h the logarithm of a normal
    /// mass over a cell about x (the factors of the kernel itself left out). A width of 0 stands for the density.
    /// </summary>
    public static void AddLogCells(
        double x,
        double width,
        ReadOnlySpan<double> centres,
        ReadOnlySpan<double> scales,
        Span<double> sums
    )
    {
        centres = centres[..sums.Length];
        scales = scales[..sums.Length];
        if (width == 0)
        {
            AddLogDensities(x, centres, scales, sums);
            return;
        }

        var c = Blocks(centres);
        var s = Blocks(scales);
        var t = MemoryMarshal.Cast<double, Vector256<double>>(sums);
        var logWidth = Math.Log(width);
        var spread = width * width / 12;
        for (var i = 0; i < t.Length; i++)
        {
            var half = (c[i] - Vector256.Create(x)) * s[i];
            half *= half; // z² / 2
            var bend = s[i] * s[i] * spread; // h² / 24
            var second = bend * (half + half - Vector256<double>.One);
            var fourth = bend * bend * ((((half * 0.8) + Vector256.Create(1.6)) * half) - Vector256.Create(0.4));
            t[i] += Vector256.Create(logWidth) - half + second - fourth;
        }

        for (var k = t.Length * Vector256<double>.Count; k < sums.Length; k++)
        {
            var half = (centres[k] - x) * scales[k];
            half *= half;
            var bend = scales[k] * scales[k] * spread;
            var second = bend * (half + half - 1);
            var fourth = bend * bend * ((((half * 0.8) + 1.6) * half) - 0.4);
            sums[k] += logWidth - half + second - fourth;
        }
    }

    private static void AddLogDensities(
        double x,
        ReadOnlySpan<double> centres,
        ReadOnlySpan<double> scales,
        Span<double> sums
    )
    {
        var c = Blocks(centres);
        var s = Blocks(scales);
        var t = MemoryMarshal.Cast<double, Vector256<double>>(sums);
        for (var i = 0; i < t.Length; i++)
        {
            var root = (c[i] - Vector256.Create(x)) * s[i];
            t[i] -= root * root;
        }

        for (var k = t.Length * Vector256<double>.Count; k < sums.Length; k++)
        {
            var root = (centres[k] - x) * scales[k];
            sums[k] -= root * root;
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
        var (max, sum) = SumExp(terms);
        return max + Math.Log(sum);
    }

    /// <summary>
    /// The largest term, and Σ exp(terms[k] − it): 0 where all terms are −∞. There is at least one term.
    /// </summary>
    public static (double Max, double Sum) SumExp(ReadOnlySpan<double> terms)
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
            return (max, 0);

        var sums = Vector256<double>.Zero;
        var top = Vector256.Create(max);
        foreach (var block in blocks)
            sums += Vector256.Exp(Vector256.Max(block - top, Vector256.Create(LeastExponent)));
        var sum = sums[0] + sums[1] + sums[2] + sums[3];
        foreach (var term in rest)
            sum += Math.Exp(term - max);
        return (max, sum);
    }

    private static ReadOnlySpan<Vector256<double>> Blocks(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values);
}
