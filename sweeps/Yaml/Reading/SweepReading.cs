namespace TuneGraph;

/// <summary>What is shared while one file is read.</summary>
internal sealed class SweepReading(YamlNode root, string baseFolder, Findings findings)
{
    public YamlNode Root => root;

    public Findings Findings => findings;

    /// <summary>Folder that data files are relative to.</summary>
    public string BaseFolder => baseFolder;

    /// <summary>Where the data file lies, whatever the sweep says; null to go by the sweep.</summary>
    public string? DataFile { get; init; }

    /// <summary>Every <c>$name</c> met so far; they are checked once the whole space is known.</summary>
    public List<KnobUse> KnobUses { get; } = [];
}
