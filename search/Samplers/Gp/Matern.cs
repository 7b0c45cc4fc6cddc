using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Search;

/// <summary>
/// The Matérn kernel with ν = 5/2 (Rasmussen and Williams, "Gaussian Processes for Machine Learning", (4.17)), as a
/// function of the squared distance s = r²: m(s) = (1 + √5 r + 5/3 r²) exp(−√5 r).
/// </summary>
internal static class Matern
{
    /// <summary>squares[j] += weight · (x − points[j])².</summary>
    public static void AddSquares(double weight, double x, ReadOnlySpan<double> points, Span<double> squares)
    {
        points = points[..squares.Length];
        var p = MemoryMarshal.Cast<double, Vector256<double>>(points);
        var s = MemoryMarshal.Cast<double, Vector256<double>>(squares);
        var (w, centre) = (Vector256.Create(weight), Vector256.Create(x));
        for (var i = 0; i < s.Length; i++)
        {
            var gap = p[i] - centre;
            s[i] += w * (gap * gap);
        }

        for (var j = s.Length * Vector256<double>.Count; j < squares.Length; j++)
            squares[j] += weight * ((points[j] - x) * (points[j] - x));
    }

    /// <summary>squares[j] += weight where points[j] is another choice than x.</summary>
    public static void AddMismatches(double weight, double x, ReadOnlySpan<double> points, Span<double> squares)
    {
        points = points[..squares.Length];
        for (var j = 0; j < squares.Length; j++)
            squares[j] += points[j] == x ? 0 : weight;
    }

    /// <summary>values = amplitude · m(s) and slopes = amplitude · m′(s), m′(s) = −5/6 (1 + √5 r) exp(−√5 r).</summary>
    public static void Apply(
        double amplitude, ReadOnlySpan<double> squares, Span<double> values, Span<double> slopes)
    {
        values = values[..squares.Length];
        slopes = slopes[..squares.Length];
        var s = MemoryMarshal.Cast<double, Vector256<double>>(squares);
        var v = MemoryMarshal.Cast<double, Vector256<double>>(values);
        var d = MemoryMarshal.Cast<double, Vector256<double>>(slopes);
        for (var i = 0; i < s.Length; i++)
            (v[i], d[i]) = At(s[i], amplitude);
        for (var j = s.Length * Vector256<double>.Count; j < squares.Length; j++)
        {
            var (value, slope) = At(Vector256.Create(squares[j]), amplitude);
            (values[j], slopes[j]) = (value[0], slope[0]);
        }
    }

    private static (Vector256<double> Value, Vector256<double> Slope) At(Vector256<double> s, double amplitude)
    {
        var t = Vector256.Sqrt(s * Vector256.Create(5.0)); // √5 r
        var decay = Vector256.Create(amplitude) * Vector256.Exp(-t);
        var linear = Vector256<double>.One + t;
        return ((linear + (s * Vector256.Create(5.0 / 3))) * decay, linear * decay * Vector256.Create(-5.0 / 6));
    }
}
