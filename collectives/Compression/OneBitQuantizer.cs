using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>
/// One bit per element, its sign, and per block two values to stand for the elements: the mean of those ≥ 0 and the
/// mean of those below (Seide et al. 2014, "1-Bit Stochastic Gradient Descent", section 3.2, there per column).
/// </summary>
/// <remarks>Only useful with error feedback, which <see cref="QuantizedReducer"/> gives.</remarks>
public sealed class OneBitQuantizer : Quantizer
{
    /// <summary>Makes the quantizer.</summary>
    /// <param name="blockElements">Elements that share two values; a multiple of 8. Default 512.</param>
    public OneBitQuantizer(int blockElements = 512)
    {
        if (blockElements < 8 || blockElements % 8 != 0)
            throw new ArgumentOutOfRangeException(
                nameof(blockElements), blockElements, "A block must be a positive multiple of 8 elements.");
        BlockElements = blockElements;
    }

    /// <summary>Elements that share two values.</summary>
    public int BlockElements { get; }

    /// <inheritdoc/>
    public override int CodeBytes(int length) => (Blocks(length) * 2 * sizeof(float)) + ((length + 7) / 8);

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> values, Span<byte> code)
    {
        var means = MemoryMarshal.Cast<byte, float>(code[..(Blocks(values.Length) * 2 * sizeof(float))]);
        var bits = code[(means.Length * sizeof(float))..];
        bits.Clear();
        for (var block = 0; block < means.Length / 2; block++)
        {
            var start = block * BlockElements;
            var end = Math.Min(values.Length, start + BlockElements);
            double upper = 0, lower = 0;
            var count = 0;
            for (var i = start; i < end; i++)
            {
                if (values[i] >= 0)
                {
                    upper += values[i];
                    count++;
                    bits[i / 8] |= (byte)(1 << (i % 8));
                }
                else
                {
                    lower += values[i];
                }
            }
            means[2 * block] = count == 0 ? 0 : (float)(upper / count);
            means[(2 * block) + 1] = count == end - start ? 0 : (float)(lower / (end - start - count));
        }
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> code, Span<float> values)
    {
        var means = MemoryMarshal.Cast<byte, float>(code[..(Blocks(values.Length) * 2 * sizeof(float))]);
        var bits = code[(means.Length * sizeof(float))..];
        for (var i = 0; i < values.Length; i++)
        {
            var isUpper = (bits[i / 8] >> (i % 8) & 1) != 0;
            values[i] = means[(2 * (i / BlockElements)) + (isUpper ? 0 : 1)];
        }
    }

    private int Blocks(int length) => (length + BlockElements - 1) / BlockElements;
}
