using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TuneGraph.Tests.Repository;

public sealed class LayerTests
{
    /// <summary>The engines that are pure functions: what happens next is a matter of their arguments alone.</summary>
    private static readonly string[] _pureEngines = ["graph/", "search/"];

    private static readonly HashSet<string> _impure =
    [
        "async", "await", "File", "Directory", "FileStream", "Stream", "Thread", "ThreadPool", "Task", "ValueTask",
        "Stopwatch",
        "TimeProvider", "HttpClient", "Socket", "Process", "ILogger", "CancellationToken", "DateTime", "DateTimeOffset",
    ];

    public static TheoryData<string> Products => [.. Layers.Projects.Keys];

    [Fact]
    public void Every_project_has_its_place_in_the_table() =>
        Assert.Equal(Layers.Projects.Keys.Order(), Layers.Allowed.Keys.Order());

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_references_only_what_its_layer_allows(string project)
    {
        var file = Layers.Projects[project];
        var references = Items(file, "ProjectReference")
            .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Finding.AssertNone(
            from reference in references.Except(Layers.Allowed[project])
            select new Finding(
                file.Path, 1, $"a reference to {reference}", string.Join(", ", Layers.Allowed[project])));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Code_speaks_only_of_what_its_project_can_see(string project)
    {
        var folder = Layers.Projects[project].Folder + '/';
        var hidden = Layers.Projects.Keys.Except(Layers.VisibleTo(project)).Except(["TuneGraph"]).ToHashSet();
        Finding.AssertNone(
            from source in Checkout.Product
            where source.Path.StartsWith(folder, StringComparison.Ordinal)
            from name in source.Nodes<NameSyntax>()
            where hidden.Contains(name.ToString())
            select source.Found(name, $"{project} speaks of {name}", string.Join(", ", Layers.VisibleTo(project))));
    }

    /// <summary>The packages that engines stand on all the same, each for a reason that docs/decisions tells.</summary>
    private static readonly HashSet<string> _decided = ["ILGPU", "Parquet.Net"];

    [Fact]
    public void Engines_stand_on_no_package_but_those_decided_on() => Finding.AssertNone(
        from engine in Layers.Engines
        let file = Layers.Projects[engine]
        from package in Items(file, "PackageReference")
        where !_decided.Contains(package)
        select new Finding(
            file.Path, 1, $"the package {package}", "none: analyzers come from Directory.Build.targets"));

    [Fact]
    public void Graph_and_search_have_no_clock_no_thread_and_no_file() => Finding.AssertNone(
        from source in Checkout.Product
        where _pureEngines.Any(folder => source.Path.StartsWith(folder, StringComparison.Ordinal))
        let own = source.Nodes<MethodDeclarationSyntax>().Select(method => method.Identifier.ValueText).ToHashSet()
        from token in source.Tree.DescendantTokens()
        where _impure.Contains(token.ValueText) && !own.Contains(token.ValueText)
        select source.Found(token, token.ValueText, "values in, values out"));

    [Fact]
    public void The_architecture_page_shows_the_table_that_the_build_enforces()
    {
        var rows = Checkout.File("ARCHITECTURE.md").Lines
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Trim().Trim('|').Split('|'))
            .ToList();
        Assert.All(Layers.Allowed, project =>
        {
            var row = rows.Find(cells => cells[0].Split('/', '`', ' ', ',').Contains(project.Key));
            Assert.True(row is not null, $"ARCHITECTURE.md has no row for {project.Key} in its table of layers.");
            var told = Mentioned(row[^1]).ToHashSet();
            Assert.True(
                told.SetEquals(project.Value),
                $"ARCHITECTURE.md says that {project.Key} may reference '{row[^1].Trim()}', understood as "
                + $"[{string.Join(", ", told.Order())}];"
                + $" Directory.Build.targets allows [{string.Join(", ", project.Value.Order())}].");
        });
    }

    /// <summary>The projects that a cell names: by full name, by last name, as "all engines" or "library".</summary>
    private static IEnumerable<string> Mentioned(string cell)
    {
        var words = cell.Split([' ', ',', ';', '`', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        if (cell.Contains("all engines", StringComparison.OrdinalIgnoreCase))
            words = [.. words, .. Layers.Engines];
        return Layers.Allowed.Keys.Where(project => words.Any(word =>
            word.Equals(project == "TuneGraph" ? "library" : project.Split('.')[1], StringComparison.OrdinalIgnoreCase)
            || word == project));
    }

    private static IEnumerable<string> Items(TextFile project, string kind) =>
        XDocument.Parse(project.Text).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
