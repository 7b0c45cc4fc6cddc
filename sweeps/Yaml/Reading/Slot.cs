namespace TuneGraph;

/// <summary>A value in the file on its way into the specification.</summary>
/// <param name="Node">The value.</param>
/// <param name="Path">
/// Where it stands in the sweep, <c>training.optimizer.beta1</c> for instance; empty for the sweep itself.
/// </param>
/// <param name="File">The file it belongs to.</param>
internal readonly record struct Slot(YamlNode Node, string Path, SweepReading File)
{
    /// <summary>The path for messages.</summary>
    public string Name => Path.Length == 0 ? "the sweep" : Path;

    public Slot At(string key, YamlNode node) =>
        this with { Node = node, Path = Path.Length == 0 ? Words.Short(key) : $"{Path}.{Words.Short(key)}" };

    public Slot AtItem(int index, YamlNode node) => this with { Node = node, Path = $"{Path}[{index}]" };

    public void Fail(string code, string message) => File.Findings.Add(Node.Place, code, message);
}
