using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// The keys of one mapping. Whoever reads it asks for each key once; what was never asked for is not allowed, and the
/// keys asked for are the list of allowed ones in the message.
/// </summary>
internal sealed class Fields(YamlMap map, Slot slot)
{
    private readonly List<string> _asked = [];
    private readonly List<(string Key, string Expected)> _missing = [];
    private readonly int _before = slot.File.Findings.Count;

    /// <summary>The mapping's path, for messages.</summary>
    public string Name => slot.Name;

    public SweepReading File => slot.File;

    /// <summary>
    /// Whether nothing was found wrong since the reading of this mapping began: only then do its values mean anything.
    /// </summary>
    public bool Clean => slot.File.Findings.Count == _before && _missing.Count == 0;

    public bool Has(string key) => map[key] is not null;

    /// <summary>Whether a whole number is written under the key.</summary>
    public bool IsInt(string key) => map[key] is YamlScalar scalar && CoreScalar.Of(scalar).Kind == ScalarKind.Int;

    /// <summary>The value under a key that has to be there.</summary>
    public T Required<T>(string key, Reader<T> reader, T otherwise)
    {
        _asked.Add(key);
        if (map[key] is { } node)
            return reader.Read(slot.At(key, node), otherwise);
        _missing.Add((key, reader.Expected));
        return otherwise;
    }

    /// <summary>The value under a key, or <paramref name="otherwise"/> where the key is absent.</summary>
    public T Optional<T>(string key, Reader<T> reader, T otherwise)
    {
        _asked.Add(key);
        return map[key] is { } node ? reader.Read(slot.At(key, node), otherwise) : otherwise;
    }

    /// <summary>The value under a key, or null where the key is absent.</summary>
    public T? Maybe<T>(string key, Reader<T> reader)
        where T : struct =>
        Optional(key, new OptionalReader<T>(reader), null);

    /// <summary>
    /// Reports a mistake at the value under a path of keys and indices, <c>choices.2</c> for instance, or as deep as
    /// the path leads.
    /// </summary>
    public void Fail(string path, string code, string message) =>
        slot.File.Findings.Add(map.Find(path).Place, code, message);

    /// <summary>
    /// Reports the keys that nobody asked for, and the missing ones but those that are there in a misspelt form.
    /// </summary>
    public void Close()
    {
        var unknown = map.Entries.Where(entry => !_asked.Contains(entry.Key)).ToArray();
        foreach (var (place, key, _) in unknown)
        {
            slot.File.Findings.Add(place, DiagnosticCode.UnknownKey,
                $"unknown key '{Words.Short(key)}' in {slot.Name}{Words.DidYouMean(key, _asked)}; " +
                $"allowed: {string.Join(", ", _asked)}");
        }
        RefuseMissing(unknown.Select(entry => NearestName.Of(entry.Key, _asked)));
    }

    /// <summary>Reports the missing keys but those that are there in a misspelt form.</summary>
    public void RefuseMissing(IEnumerable<string?> misspelt)
    {
        foreach (var (key, expected) in _missing.ExceptBy(misspelt, missing => missing.Key))
            slot.Fail(DiagnosticCode.MissingKey, $"{slot.Name} lacks the key '{key}'; it must be {expected}");
    }
}
