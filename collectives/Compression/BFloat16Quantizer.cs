using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>Brain floating point: 2 bytes per element, the range of float32.</summary>
public sealed class BFloat16Quantizer : Quantizer
{
    /// <inheritdoc/>
    public override int CodeBytes(int length) => length * sizeof(ushort);

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> values, Span<byte> code)
    {
        var narrow = MemoryMarshal.Cast<byte, BFloat16>(code);
        for (var i = 0; i < values.Length; i++) narrow[i] = (BFloat16)values[i];
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> code, Span<float> values)
    {
        var narrow = MemoryMarshal.Cast<byte, BFloat16>(code);
        for (var i = 0; i < values.Length; i++) values[i] = (float)narrow[i];
    }
}
