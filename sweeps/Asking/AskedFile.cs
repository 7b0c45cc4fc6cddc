namespace TuneGraph;

/// <summary>Reads what a study is that is asked and told: JSON, or YAML, with the keys of a sweep for it.</summary>
internal static class AskedFile
{
    /// <summary>Reads a study.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">What it is.</param>
    /// <exception cref="SweepFileException">There are mistakes in the text.</exception>
    /// <exception cref="FleetException">The name cannot be one.</exception>
    public static SweepSpec Parse(string name, string text)
    {
        if (!Scalars.IsName(name))
            throw new FleetException(
                FleetCode.BadRequest,
                $"'{Words.Short(name)}' cannot be the name of a study; give {Scalars.Name.Expected}.");
        var spec = Read(name, text, out var findings);
        findings.ThrowIfAny();
        return spec!;
    }

    /// <summary>The study that a store keeps, if it is one that is asked and told; null if not.</summary>
    public static SweepSpec? Of(StoredStudy stored) =>
        stored.Definition.Source.Length > 0
            && Read(stored.Definition.Name, stored.Definition.Source, out var findings) is { } spec
            && findings.Count == 0
            ? spec
            : null;

    private static SweepSpec? Read(string name, string text, out Findings findings)
    {
        findings = new Findings($"{name}.json");
        if (YamlTree.Read(text, findings) is not { } root)
            return null;
        var reading = new SweepReading(root, Path.GetTempPath(), findings);
        return AskedShape.Study(name, text).Read(new Slot(root, "", reading), null);
    }
}
