using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>
/// Half precision: 2 bytes per element; beyond ±65,504 it saturates, so that a large gradient is not infinite.
/// </summary>
public sealed class Float16Quantizer : Quantizer
{
    /// <inheritdoc/>
    public override int CodeBytes(int length) => length * sizeof(ushort);

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> values, Span<byte> code)
    {
        var halves = MemoryMarshal.Cast<byte, Half>(code);
        var largest = (float)Half.MaxValue;
        for (var i = 0; i < values.Length; i++) halves[i] = (Half)Math.Clamp(values[i], -largest, largest);
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> code, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, Half>(code);
        for (var i = 0; i < values.Length; i++) values[i] = (float)halves[i];
    }
}
