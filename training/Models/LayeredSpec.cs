using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>A list of layers. It must end in a vector of as many values as the data has outputs.</summary>
public sealed record LayeredSpec : ModelSpec
{
    /// <summary>The layers, the first one first; at least one.</summary>
    public required ImmutableArray<LayerSpec> List
    {
        get;
        init => field = value.IsDefaultOrEmpty
            ? throw new ArgumentException("A model needs at least one layer.", nameof(List))
            : value;
    }

    /// <inheritdoc/>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs) => List;
}
