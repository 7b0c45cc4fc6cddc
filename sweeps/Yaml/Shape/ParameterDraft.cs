using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A parameter of the space as far as it could be read.</summary>
/// <param name="Place">Where its name stands.</param>
/// <param name="Name">Its name.</param>
/// <param name="Slot">Its mapping, by its name.</param>
/// <param name="Distribution">Its values; null when there was a mistake in them.</param>
/// <param name="WhenNode">Its condition as it is written; null without one.</param>
internal sealed record ParameterDraft(
    Place Place, string Name, Slot Slot, Distribution? Distribution, YamlNode? WhenNode)
{
    /// <summary>
    /// Where a piece of it stands, <c>low</c> or <c>choices.2</c> for instance; <c>min</c> and <c>values.2</c> are the
    /// same pieces in the other form.
    /// </summary>
    public Place PlaceOf(string path)
    {
        if (Slot.Node is not YamlMap map)
            return Place;
        if (!WandbShape.IsWritten(map))
            return map.Find(path).Place;
        var steps = path.Split('.');
        steps[0] = steps[0] switch
        {
            "low" => "min",
            "high" => "max",
            "choices" => map["values"] is null ? "value" : "values",
            var other => other,
        };
        return map.Find(string.Join('.', steps)).Place;
    }
}
