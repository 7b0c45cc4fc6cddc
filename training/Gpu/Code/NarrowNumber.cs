using ILGPU;

namespace TuneGraph.Training;

/// <summary>
/// Numbers of 16 bits and their way to and from float32, in arithmetic that every device does alike: rounded to the
/// nearest, of two as near to the even one; what is too large becomes infinite, as IEEE 754 has it.
/// </summary>
internal static class NarrowNumber
{
    /// <summary>The bits of infinity, and so of the largest size that is no NaN.</summary>
    public const uint Infinity = 0x7F80_0000;

    /// <summary>The size from which a half is infinite: 65520, half way from the largest to 65536.</summary>
    public const uint HalfOverflow = 0x477F_F000;

    /// <summary>The smallest half that has all its bits: 2⁻¹⁴.</summary>
    public const uint HalfNormal = 0x3880_0000;

    /// <summary>The sign of a float32.</summary>
    public const uint Sign = 0x8000_0000;

    /// <summary>The nearest number of a format, not 0, of <see cref="Precision"/>.</summary>
    public static uint Narrow(float value, int format)
    {
        var bits = Interop.FloatAsInt(value);
        return format == (int)Precision.Float16 ? ToHalf(bits) : ToBFloat(bits);
    }

    /// <summary>The number that bits of a format, not 0, stand for.</summary>
    public static float Widen(uint bits, int format) =>
        format == (int)Precision.Float16 ? FromHalf(bits) : Interop.IntAsFloat(bits << 16);

    private static uint ToBFloat(uint bits) => (bits & ~Sign) > Infinity
        ? (bits >> 16) | 0x40                              // NaN stays NaN whatever its last bits
        : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;

    private static uint ToHalf(uint bits)
    {
        uint sign = (bits & Sign) >> 16, size = bits & ~Sign;
        // Beside a half (of one), the last bit of a float is 2⁻²⁴, and so is that of the smallest halves.
        var few = Interop.FloatAsInt(Interop.IntAsFloat(size) + 0.5f) - 0x3F00_0000;
        var many = (size - 0x3800_0000 + 0xFFF + ((size >> 13) & 1)) >> 13;
        var half = size < HalfNormal ? few : size < HalfOverflow ? many : size <= Infinity ? 0x7C00u : 0x7E00u;
        return sign | half;
    }

    private static float FromHalf(uint bits)
    {
        uint exponent = (bits >> 10) & 31, fraction = bits & 0x3FF;
        var few = Interop.FloatAsInt((int)fraction * 5.9604645e-8f);                 // 2⁻²⁴
        var many = (((exponent == 31 ? 143 : exponent) + 112) << 23) | (fraction << 13);
        return Interop.IntAsFloat(((bits & 0x8000) << 16) | (exponent == 0 ? few : many));
    }
}
