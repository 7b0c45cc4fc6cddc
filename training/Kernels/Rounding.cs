using System.Numerics;
using System.Runtime.InteropServices;

namespace TuneGraph.Training;

/// <summary>Rounds float32 to what numbers of 16 bits can hold, to the bits of <see cref="NarrowNumber"/>.</summary>
internal static class Rounding
{
    /// <summary>Rounds values in place.</summary>
    public static void Round(Span<float> values, Precision precision)
    {
        var words = MemoryMarshal.Cast<float, uint>(values);
        for (; words.Length >= Vector<uint>.Count; words = words[Vector<uint>.Count..])
        {
            var bits = new Vector<uint>(words);
            (precision == Precision.Float16 ? ToHalf(bits) : ToBFloat(bits)).CopyTo(words);
        }
        foreach (ref var value in values[^words.Length..])
            value = NarrowNumber.Widen(NarrowNumber.Narrow(value, (int)precision), (int)precision);
    }

    private static Vector<uint> ToBFloat(Vector<uint> bits)
    {
        var upper = Vector.Create(0xFFFF_0000u);
        var rounded = (bits + Vector.Create(0x7FFFu) + ((bits >>> 16) & Vector<uint>.One)) & upper;
        var isNaN = Vector.GreaterThan(
            bits & Vector.Create(~NarrowNumber.Sign), Vector.Create(NarrowNumber.Infinity));
        return Vector.ConditionalSelect(isNaN, (bits & upper) | Vector.Create(0x40_0000u), rounded);
    }

    private static Vector<uint> ToHalf(Vector<uint> bits)
    {
        Vector<uint> infinity = Vector.Create(NarrowNumber.Infinity), sign = bits & Vector.Create(NarrowNumber.Sign);
        var size = bits & Vector.Create(~NarrowNumber.Sign);
        var many = (size + Vector.Create(0xFFFu) + ((size >>> 13) & Vector<uint>.One)) & Vector.Create(0xFFFF_E000u);
        var half = Vector.Create(0.5f);
        var few = Vector.AsVectorUInt32(Vector.AsVectorSingle(size) + half - half);
        var result = Vector.ConditionalSelect(Vector.LessThan(size, Vector.Create(NarrowNumber.HalfNormal)), few, many);
        var isInfinite = Vector.GreaterThanOrEqual(size, Vector.Create(NarrowNumber.HalfOverflow));
        result = Vector.ConditionalSelect(isInfinite, infinity, result);
        var isNaN = Vector.GreaterThan(size, infinity);
        return Vector.ConditionalSelect(isNaN, Vector.Create(0x7FC0_0000u), result) | sign;
    }
}
