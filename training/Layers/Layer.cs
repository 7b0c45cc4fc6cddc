using System.Numerics;

namespace TuneGraph.Training;

/// <summary>What one pass is about.</summary>
/// <param name="Samples">Samples in the pass.</param>
/// <param name="Mask">Place of the samples in the epoch, in training; null in prediction.</param>
internal readonly record struct LayerPass(int Samples, DropoutMask? Mask)
{
    /// <summary>Whether a backward pass follows.</summary>
    public bool Trains => Mask is not null;
}

/// <summary>What a layer is told about its place when it is made.</summary>
/// <param name="Plan">Where it reserves its parameters.</param>
/// <param name="Name">Prefix of its tensors' names: "layers.2".</param>
/// <param name="Input">Shape of its input.</param>
/// <param name="Next">The activation that follows, if one does.</param>
/// <param name="WantsInputGradient">Whether anything before it learns.</param>
/// <param name="MayOverwriteInput">Whether nobody else needs its input after it.</param>
internal readonly record struct LayerPlace(
    ArenaPlan Plan, string Name, TensorShape Input, Activation? Next, bool WantsInputGradient, bool MayOverwriteInput)
{
    /// <summary>This rank's part of layers that ranks divide; null where they divide none.</summary>
    public TensorPart? Part { get; init; }

    /// <summary>The units of its output that this rank computes; null for all.</summary>
    public UnitSlice? Into { get; init; }

    /// <summary>The units of its input that this rank has; null for all.</summary>
    public UnitSlice? From { get; init; }
}

/// <summary>One rank's part of layers that several ranks divide.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Ranks">At least 2.</param>
internal readonly record struct TensorPart(int Rank, int Ranks)
{
    /// <summary>This rank's part of so many units.</summary>
    public UnitSlice Of(int units)
    {
        var start = (int)((long)units * Rank / Ranks);
        return new UnitSlice(start, (int)((long)units * (Rank + 1) / Ranks) - start, units);
    }
}

/// <summary>Some units of all.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Whole">All.</param>
internal readonly record struct UnitSlice(int Start, int Count, int Whole);

/// <summary>
/// A layer that computes. Values between layers are [samples, planes, stride]. First all layers of a network are made,
/// which lays out the arenas; then each takes its memory; then passes run, and allocate nothing.
/// </summary>
internal abstract unsafe class Layer<T>(TensorShape input, TensorShape output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TensorShape Input { get; } = input;
    public TensorShape Output { get; } = output;

    /// <summary>Whether its backward pass looks at its own output, so that it may not be overwritten.</summary>
    public virtual bool KeepsOutput => false;

    /// <summary>Whether its input are whole numbers, which 16 bits could not hold.</summary>
    public virtual bool TakesIndices => false;

    /// <summary>Whether it has parameters.</summary>
    public virtual bool Learns => false;

    /// <summary>Multiplications of one sample's forward pass, roughly.</summary>
    public virtual long Work => Output.Size;

    /// <summary>Takes the memory that it needs.</summary>
    public abstract void Allocate(LayerMemory<T> memory);

    /// <summary>Computes the output; it stays valid until the next forward pass.</summary>
    public abstract T* Forward(T* input, in LayerPass pass);

    /// <summary>
    /// Writes the gradient of its parameters and computes that of its input; may overwrite the gradient given.
    /// </summary>
    /// <returns>The gradient by the input; null if nobody wants it.</returns>
    public abstract T* Backward(T* gradient, in LayerPass pass);
}
