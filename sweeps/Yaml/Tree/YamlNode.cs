using System.Collections.Immutable;
using System.Globalization;

namespace TuneGraph;

/// <summary>Where something stands in the file: line and column from 1.</summary>
internal readonly record struct Place(int Line, int Column)
{
    public static Place Start => new(1, 1);

    public override string ToString() => $"line {Line}, column {Column}";
}

/// <summary>A piece of a YAML document, free of anchors, aliases and tags.</summary>
internal abstract record YamlNode(Place Place)
{
    /// <summary>All single values in this piece; keys do not count.</summary>
    public IEnumerable<YamlScalar> Scalars => this switch
    {
        YamlScalar scalar => [scalar],
        YamlList list => list.Items.SelectMany(item => item.Scalars),
        YamlMap map => map.Entries.SelectMany(entry => entry.Value.Scalars),
        _ => [],
    };
}

/// <summary>
/// A single value. <paramref name="Plain"/> is false for quoted and block text, which never means anything but text.
/// </summary>
internal sealed record YamlScalar(Place Place, string Text, bool Plain) : YamlNode(Place);

/// <summary>A sequence.</summary>
internal sealed record YamlList(Place Place, ImmutableArray<YamlNode> Items) : YamlNode(Place);

/// <summary>A mapping with distinct keys, in the order of the file.</summary>
internal sealed record YamlMap(Place Place, ImmutableArray<YamlEntry> Entries) : YamlNode(Place)
{
    /// <summary>The value under a key, or null where the key is absent.</summary>
    public YamlNode? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    /// <summary>
    /// What stands under a path of keys and indices such as <c>choices.2</c>, or as deep as the path leads.
    /// </summary>
    public YamlNode Find(string path)
    {
        YamlNode node = this;
        foreach (var step in path.Split('.'))
        {
            node = node switch
            {
                YamlMap map => map[step] ?? map,
                YamlList list when int.TryParse(step, CultureInfo.InvariantCulture, out var i) => list.Items[i],
                _ => node,
            };
        }
        return node;
    }
}

/// <summary>A key of a mapping with its value.</summary>
internal sealed record YamlEntry(Place Place, string Key, YamlNode Value);
