using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>A model given as a list of layers.</summary>
/// <param name="List">The layers, the first one first; at least one.</param>
public sealed record LayersTemplate(ImmutableArray<LayerTemplate> List) : ModelTemplate
{
    /// <inheritdoc/>
    public override LayeredSpec In(Configuration configuration) =>
        new() { List = [.. List.Select(layer => layer.In(configuration))] };

    internal override IEnumerable<string?> References => List.SelectMany(layer => layer.References);

    internal override string Describe() => string.Join("; ", List.Select(layer => layer.Description));
}
