using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>What every quantizer does. Each one inherits this suite.</summary>
public abstract class QuantizerConformance
{
    protected abstract Quantizer Quantizer { get; }

    /// <summary>Bytes of the code by the definition of the format, written out independently.</summary>
    protected abstract int ExpectedBytes(int length);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(10_007)]
    public void The_code_has_the_size_of_its_format_and_decodes_to_what_it_stands_for(int length)
    {
        var values = Normal(length);
        var code = new byte[Quantizer.CodeBytes(length)];
        Assert.Equal(ExpectedBytes(length), code.Length);
        Quantizer.Encode(values, code);
        var (once, twice) = (new float[length], new float[length]);
        Quantizer.Decode(code, once);
        Quantizer.Encode(once, code);
        Quantizer.Decode(code, twice);
        // What a code stands for is coded by itself: quantizing is a projection. The one-bit code's means round to
        // float32.
        for (var i = 0; i < length; i++) Assert.Equal(once[i], twice[i], 1e-6f);
    }

    [Fact]
    public void A_longer_buffer_with_old_content_makes_no_difference()
    {
        var values = Normal(100);
        var (clean, dirty) = (new byte[Quantizer.CodeBytes(100)], new byte[Quantizer.CodeBytes(100) + 8]);
        Array.Fill(dirty, (byte)0xFF);
        Quantizer.Encode(values, clean);
        Quantizer.Encode(values, dirty.AsSpan(0, clean.Length));
        Assert.Equal(clean, dirty[..clean.Length]);
    }

    internal static float[] Normal(int length, int seed = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}

public sealed class Float16QuantizerTests : QuantizerConformance
{
    protected override Quantizer Quantizer => new Float16Quantizer();

    protected override int ExpectedBytes(int length) => 2 * length;

    [Fact]
    public void Large_values_saturate()
    {
        var (code, values) = (new byte[4], new float[2]);
        Quantizer.Encode([1e9f, -1e9f], code);
        Quantizer.Decode(code, values);
        Assert.Equal([65504, -65504], values);
    }
}

public sealed class BFloat16QuantizerTests : QuantizerConformance
{
    protected override Quantizer Quantizer => new BFloat16Quantizer();

    protected override int ExpectedBytes(int length) => 2 * length;
}

public sealed class OneBitQuantizerTests : QuantizerConformance
{
    protected override Quantizer Quantizer => new OneBitQuantizer();

    protected override int ExpectedBytes(int length) =>
        (int)Math.Ceiling(length / 8.0) + ((int)Math.Ceiling(length / 512.0) * 8);

    [Fact]
    public void Elements_become_the_mean_of_their_side()
    {
        var quantizer = new OneBitQuantizer(8);
        var values = new float[] { 1, 3, -2, -4, -6, 0, 4, 2, 7, -1 };
        var (code, decoded) = (new byte[quantizer.CodeBytes(10)], new float[10]);
        quantizer.Encode(values, code);
        quantizer.Decode(code, decoded);
        Assert.Equal([2, 2, -4, -4, -4, 2, 2, 2, 7, -1], decoded);
    }
}

public sealed class TwoBitQuantizerTests : QuantizerConformance
{
    protected override Quantizer Quantizer => new TwoBitQuantizer();

    protected override int ExpectedBytes(int length) => (int)Math.Ceiling(length / 4.0);

    [Fact]
    public void Elements_become_the_threshold_its_negative_or_nothing()
    {
        var (code, decoded) = (new byte[2], new float[5]);
        Quantizer.Encode([0.5f, 0.49f, -0.5f, -3f, float.NaN], code);
        Quantizer.Decode(code, decoded);
        Assert.Equal([0.5f, 0, -0.5f, -0.5f, 0], decoded);
    }
}

public sealed class BFloat16Tests
{
    [Theory]
    [InlineData(0x3F800000u, 0x3F80)] // 1
    [InlineData(0x3F808000u, 0x3F80)] // half way, down to even
    [InlineData(0x3F818000u, 0x3F82)] // half way, up to even
    [InlineData(0x3F808001u, 0x3F81)] // above half way
    [InlineData(0x7F7FFFFFu, 0x7F80)] // overflow to infinity
    [InlineData(0x7F800001u, 0x7FC0)] // a signalling NaN becomes a quiet one
    [InlineData(0x80000001u, 0x8000)] // smallest denormal to minus zero
    public void Rounding_is_to_the_nearest_ties_to_even(uint bits, ushort expected) =>
        Assert.Equal(expected, ((BFloat16)BitConverter.UInt32BitsToSingle(bits)).Bits);
}
