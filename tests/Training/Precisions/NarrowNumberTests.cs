using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class NarrowNumberTests
{
    [Fact]
    public void Every_half_is_what_the_runtime_says_and_comes_back()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var expected = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            var actual = NarrowNumber.Widen((uint)bits, (int)Precision.Float16);
            if (float.IsNaN(expected))
            {
                Assert.True(float.IsNaN(actual));
                continue;
            }
            Assert.Equal(BitConverter.SingleToUInt32Bits(expected), BitConverter.SingleToUInt32Bits(actual));
            Assert.Equal((uint)bits, NarrowNumber.Narrow(actual, (int)Precision.Float16));
        }
    }

    [Fact]
    public void A_float_becomes_the_half_that_the_runtime_takes()
    {
        foreach (var value in Floats())
        {
            var expected = BitConverter.HalfToUInt16Bits((Half)value);
            var actual = NarrowNumber.Narrow(value, (int)Precision.Float16);
            Assert.True(
                expected == actual || (float.IsNaN(value) && (actual & 0x7FFF) > 0x7C00),
                $"{value:R} became {actual:x}, not {expected:x}.");
        }
    }

    /// <summary>Against the definition: of the two neighbours the nearer one, of two as near the even one.</summary>
    [Fact]
    public void A_float_becomes_the_nearest_bfloat()
    {
        foreach (var value in Floats().Where(float.IsFinite))
        {
            var below = BitConverter.SingleToUInt32Bits(value) >> 16;                  // towards 0
            double low = Number(below), high = Number(below + 1), middle = low + ((high - low) / 2);
            if (!double.IsFinite(high))
                middle = Math.Sign(low) * (Math.Abs(low) + Math.Pow(2, 119));          // half of the last step
            var further = Math.Abs((double)value).CompareTo(Math.Abs(middle));
            var expected = further > 0 || (further == 0 && (below & 1) == 1) ? below + 1 : below;
            Assert.Equal(expected, NarrowNumber.Narrow(value, (int)Precision.BFloat16));
        }
    }

    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public void Many_are_rounded_as_one_is(Precision precision)
    {
        float[] values = [.. Floats()];
        var rounded = values.ToArray();
        Rounding.Round(rounded, precision);
        for (var i = 0; i < values.Length; i++)
        {
            var one = NarrowNumber.Widen(NarrowNumber.Narrow(values[i], (int)precision), (int)precision);
            Assert.True(
                BitConverter.SingleToUInt32Bits(one) == BitConverter.SingleToUInt32Bits(rounded[i])
                || (float.IsNaN(one) && float.IsNaN(rounded[i])), $"{values[i]:R} became {rounded[i]:R}, not {one:R}.");
        }
    }

    private static float Number(uint upper) => BitConverter.UInt32BitsToSingle(upper << 16);

    /// <summary>Borders of all kinds and their neighbours, and any bits at all; no multiple of a register.</summary>
    private static IEnumerable<float> Floats()
    {
        var random = new Random(1);
        float[] borders =
        [
            0, float.Epsilon, 2.9802322e-8f, 5.9604645e-8f, 8.940697e-8f, 6.1035156e-5f, 6.0975552e-5f, 1, 1.00390625f,
            1.01171875f, 65504, 65519.996f, 65520, 65536, float.MaxValue, float.PositiveInfinity, float.NaN,
        ];
        foreach (var border in borders)
        {
            foreach (var value in (float[])[border, MathF.BitIncrement(border), MathF.BitDecrement(border)])
            {
                yield return value;
                yield return -value;
            }
        }
        for (var i = 0; i < 20_003; i++)
            yield return BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
        for (var i = 0; i < 20_000; i++)                  // where halves are
            yield return (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-28, 18)));
    }
}
