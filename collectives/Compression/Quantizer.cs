namespace TuneGraph.Collectives;

/// <summary>
/// A code for a float32 vector with fewer bits per element. Stateless, so one instance may serve many vectors.
/// </summary>
public abstract class Quantizer
{
    /// <summary>Bytes of the code of a vector, a function of its length alone.</summary>
    public abstract int CodeBytes(int length);

    /// <summary>Writes the code of a vector.</summary>
    /// <param name="values">The vector.</param>
    /// <param name="code">Takes <see cref="CodeBytes"/> bytes.</param>
    public abstract void Encode(ReadOnlySpan<float> values, Span<byte> code);

    /// <summary>Writes the vector that a code stands for.</summary>
    /// <param name="code">What <see cref="Encode"/> wrote.</param>
    /// <param name="values">Takes as many elements as were encoded.</param>
    public abstract void Decode(ReadOnlySpan<byte> code, Span<float> values);
}
