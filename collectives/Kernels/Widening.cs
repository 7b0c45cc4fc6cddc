using System.Numerics;
using System.Runtime.CompilerServices;
using Lanes = System.Numerics.Vector;

namespace TuneGraph.Collectives;

/// <summary>To float32 and back, for elements too narrow to add: alone, and by vectors of their bits.</summary>
internal interface IWidening<T> where T : unmanaged
{
    static abstract float Widen(T value);
    static abstract T Narrow(float value);
    static abstract Vector<float> Widen(Vector<uint> bits);

    /// <summary>The nearest value, ties to even, in the lower 16 bits.</summary>
    static abstract Vector<uint> Narrow(Vector<float> values);
}

internal readonly struct BFloat16Widening : IWidening<BFloat16>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(BFloat16 value) => (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BFloat16 Narrow(float value) => (BFloat16)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Widen(Vector<uint> bits) => Lanes.AsVectorSingle(bits << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Narrow(Vector<float> values)
    {
        var bits = Lanes.AsVectorUInt32(values);
        var rounded = (bits + new Vector<uint>(0x7FFF) + ((bits >>> 16) & Vector<uint>.One)) >>> 16;
        var quiet = (bits >>> 16) | new Vector<uint>(0x40);
        return Lanes.ConditionalSelect(Lanes.AsVectorUInt32(Lanes.IsNaN(values)), quiet, rounded);
    }
}

/// <summary>
/// Half by integer steps, as .NET shows no conversion instruction: M. Dukhan's FP16 (fp16_ieee_to_fp32_value,
/// fp16_ieee_from_fp32_value), exact and rounded to even for all values, subnormal ones included; NaN comes out quiet.
/// </summary>
internal readonly struct HalfWidening : IWidening<Half>
{
    private const float ScaleToInfinity = 5192296858534827628530496329220096f; // 2^112
    private const float ScaleToZero = 1 / 1298074214633706907132624082305024f; // 2^-110

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(Half value) => (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Half Narrow(float value) => (Half)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Widen(Vector<uint> bits)
    {
        var magnitude = (bits & new Vector<uint>(0x7FFF)) << 13;
        // Scaled from the exponent bias of half, 15, to that of float, 127; infinity and NaN keep the highest exponent.
        var scaled = Lanes.AsVectorUInt32(Lanes.AsVectorSingle(magnitude) * new Vector<float>(ScaleToInfinity));
        var special = Lanes.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7C00 << 13));
        scaled |= special & new Vector<uint>(0x7F80_0000);
        return Lanes.AsVectorSingle(scaled | ((bits & new Vector<uint>(0x8000)) << 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Narrow(Vector<float> values)
    {
        var bits = Lanes.AsVectorUInt32(values);
        var doubled = bits << 1;
        var magnitude = Lanes.Abs(values) * new Vector<float>(ScaleToInfinity) * new Vector<float>(ScaleToZero);
        var bias = Lanes.Max(doubled & new Vector<uint>(0xFF00_0000), new Vector<uint>(0x7100_0000));
        // The addition of a power of two rounds away the bits that half has no room for.
        magnitude += Lanes.AsVectorSingle((bias >>> 1) + new Vector<uint>(0x0780_0000));
        var rounded = Lanes.AsVectorUInt32(magnitude);
        var result = ((rounded >>> 13) & new Vector<uint>(0x7C00)) + (rounded & new Vector<uint>(0xFFF));
        var isNaN = Lanes.GreaterThan(doubled, new Vector<uint>(0xFF00_0000));
        result = Lanes.ConditionalSelect(isNaN, new Vector<uint>(0x7E00), result);
        return result | ((bits >>> 16) & new Vector<uint>(0x8000));
    }
}
