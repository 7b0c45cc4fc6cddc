using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Whole arenas of parameters as vectors.</summary>
internal static class ArenaArithmetic
{
    /// <summary>target += factor · source.</summary>
    public static void AddScaled<T>(Span<T> target, ReadOnlySpan<T> source, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = T.CreateTruncating(factor);
        var i = 0;
        for (; i <= target.Length - Vector<T>.Count; i += Vector<T>.Count)
            (new Vector<T>(target[i..]) + (new Vector<T>(source[i..]) * scale)).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += scale * source[i];
    }

    /// <summary>target *= factor.</summary>
    public static void Scale<T>(Span<T> target, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = T.CreateTruncating(factor);
        var i = 0;
        for (; i <= target.Length - Vector<T>.Count; i += Vector<T>.Count)
            (new Vector<T>(target[i..]) * scale).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] *= scale;
    }

    /// <summary>Σ values².</summary>
    public static double SumOfSquares<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += double.CreateTruncating(value) * double.CreateTruncating(value);
        return sum;
    }
}
