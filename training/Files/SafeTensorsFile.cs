using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors, in the order of their data.</param>
/// <param name="Metadata">Free text by name; empty if there is none.</param>
public sealed record SafeTensorsFile(
    ImmutableArray<SafeTensor> Tensors, ImmutableDictionary<string, string> Metadata)
{
    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public SafeTensor Tensor(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name)
        ?? throw new InvalidDataException($"The file has no tensor '{name}'.");

    /// <summary>The metadata of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public string Meta(string name) => Metadata.TryGetValue(name, out var value)
        ? value
        : throw new InvalidDataException($"The file has no metadata '{name}'.");
}
