using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TuneGraph;

/// <summary>
/// Reads and writes graphs of named tasks: YAML, or JSON, which is YAML too. The file is checked as a whole, methods,
/// arguments and dependencies included: an error lists every mistake with its place, its code and the way out.
/// <c>docs/errors.md</c> explains the codes, <c>docs/graph.md</c> the keys.
/// </summary>
/// <remarks>A file has at most 1 MB, 100,000 elements and 32 levels, and is UTF-8.</remarks>
public static class GraphFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="catalog">The methods that its tasks may call.</param>
    /// <returns>The tasks in the order of the file.</returns>
    /// <exception cref="GraphFileException">There are mistakes in the file.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    public static ImmutableArray<NamedTask> Load(string path, MethodCatalog catalog) =>
        Parse(File.ReadAllText(path), path, catalog);

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="fileName">Name for diagnostics.</param>
    /// <param name="catalog">The methods that its tasks may call.</param>
    /// <returns>The tasks in the order of the text.</returns>
    /// <exception cref="GraphFileException">There are mistakes in the text.</exception>
    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    public static ImmutableArray<NamedTask> Parse(string text, string fileName, MethodCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(catalog);
        var findings = new Findings(fileName);
        ImmutableArray<NamedTask> tasks = [];
        if (YamlTree.Read(text, findings) is { } root)
        {
            var slot = new Slot(root, "graph", new SweepReading(root, "", findings));
            tasks = new GraphShape(catalog).Graph.Read(slot, []);
        }
        return findings.Count == 0 ? tasks : throw new GraphFileException(findings.ToException().Diagnostics);
    }

    /// <summary>Writes a file that <see cref="Load"/> reads.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <param name="tasks">The tasks.</param>
    /// <exception cref="ArgumentException">A duration is no whole number of seconds.</exception>
    public static void Save(string path, IEnumerable<NamedTask> tasks) =>
        File.WriteAllText(path, ToYaml(tasks), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    /// <summary>Writes tasks as YAML.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <exception cref="ArgumentException">A duration is no whole number of seconds.</exception>
    public static string ToYaml(IEnumerable<NamedTask> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return GraphYaml.Write(tasks);
    }
}
