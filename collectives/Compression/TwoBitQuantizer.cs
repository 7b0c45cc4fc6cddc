namespace TuneGraph.Collectives;

/// <summary>
/// Two bits per element: +t if the value is at least the threshold t, −t if it is at most −t, else 0; the rule of
/// MXNet's gradient compression. Sixteen elements take the room of one float32.
/// </summary>
/// <remarks>
/// Only useful with error feedback, which <see cref="QuantizedReducer"/> gives, and with a threshold that single
/// gradients
/// seldom pass: an element that is larger than t step after step piles up a residual that never drains.
/// </remarks>
public sealed class TwoBitQuantizer : Quantizer
{
    private const int Plus = 3;
    private const int Minus = 2;

    /// <summary>Makes the quantizer.</summary>
    /// <param name="threshold">t, above 0 and finite. Default 0.5, as in MXNet.</param>
    public TwoBitQuantizer(float threshold = 0.5f)
    {
        if (!(threshold > 0) || float.IsInfinity(threshold))
            throw new ArgumentOutOfRangeException(
                nameof(threshold),
                threshold,
                "The threshold must be above 0 and finite; try the size of the largest gradients.");
        Threshold = threshold;
    }

    /// <summary>t.</summary>
    public float Threshold { get; }

    /// <inheritdoc/>
    public override int CodeBytes(int length) => (length + 3) / 4;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> values, Span<byte> code)
    {
        code[..CodeBytes(values.Length)].Clear();
        for (var i = 0; i < values.Length; i++)
        {
            var bits = values[i] >= Threshold ? Plus : values[i] <= -Threshold ? Minus : 0;
            code[i / 4] |= (byte)(bits << (2 * (i % 4)));
        }
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> code, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((code[i / 4] >> (2 * (i % 4))) & 3) switch
            {
                Plus => Threshold,
                Minus => -Threshold,
                _ => 0,
            };
        }
    }
}
