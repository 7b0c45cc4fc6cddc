using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TuneGraph.Tests.Repository;

/// <summary>The table of layers, as the build knows it (<c>Directory.Build.targets</c>).</summary>
internal static partial class Layers
{
    private static readonly XDocument _targets = XDocument.Load(Checkout.PathOf("Directory.Build.targets"));

    /// <summary>The projects without dependencies on packages or hosts.</summary>
    public static IReadOnlySet<string> Engines { get; } =
        Rows("Layer").Where(row => row.Value == "engine").Select(row => row.Project).ToHashSet();

    /// <summary>What each project may reference.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Allowed { get; } = Read();

    /// <summary>The projects of the product, by name.</summary>
    public static IReadOnlyDictionary<string, TextFile> Projects { get; } = Checkout.WithEnding(".csproj")
        .Where(file => Checkout.IsProduct(file.Path))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file.Path));

    /// <summary>What a project can see: what it may reference, and what that may reference in turn.</summary>
    public static IReadOnlySet<string> VisibleTo(string project)
    {
        var visible = new HashSet<string> { project };
        var open = new Stack<string>(visible);
        while (open.TryPop(out var next))
        {
            foreach (var name in Allowed[next].Where(visible.Add))
                open.Push(name);
        }

        return visible;
    }

    private static Dictionary<string, IReadOnlySet<string>> Read()
    {
        var table = Engines.ToDictionary(engine => engine, _ => (IReadOnlySet<string>)new HashSet<string>());
        foreach (var (project, value) in Rows("MayReference"))
            table[project] = value.Split(';', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        return table;
    }

    private static IEnumerable<(string Project, string Value)> Rows(string property) =>
        from element in _targets.Descendants(property)
        let match = ProjectName().Match(element.Attribute("Condition")?.Value ?? "")
        where match.Success
        select (match.Groups[1].Value, element.Value);

    [GeneratedRegex(@"^'\$\(MSBuildProjectName\)' == '([^']+)'$")]
    private static partial Regex ProjectName();
}
