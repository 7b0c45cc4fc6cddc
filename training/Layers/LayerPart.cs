namespace TuneGraph.Training;

/// <summary>A layer, or several that cannot be parted, of a list.</summary>
/// <param name="First">Place of the first one in the list.</param>
/// <param name="Work">Multiplications of one sample's forward pass, roughly.</param>
/// <param name="Learns">Whether it has parameters.</param>
internal readonly record struct LayerPart(int First, long Work, bool Learns)
{
    /// <summary>With one more layer.</summary>
    public LayerPart With(long work, bool learns) => new(First, Work + work, Learns || learns);
}
