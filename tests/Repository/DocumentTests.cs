using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TuneGraph.Tests.Repository;

public sealed partial class DocumentTests
{
    private const string Dependencies = "docs/decisions/0002-dependencies.md";

    private static IEnumerable<TextFile> Pages => Checkout.WithEnding(".md");

    private static IEnumerable<TextFile> Decisions =>
        Checkout.Files.Where(file => file.Path.StartsWith("docs/decisions/", StringComparison.Ordinal));

    [Fact]
    public void Every_link_within_the_repository_leads_somewhere() => Finding.AssertNone(Pages.SelectMany(BrokenLinks));

    [Fact]
    public void Every_package_says_why_it_is_here()
    {
        var lines = Checkout.File(Dependencies).Lines;
        var packages = XDocument.Load(Checkout.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
            .Select(item => item.Attribute("Include")!.Value)
            .ToList();
        Finding.AssertNone(
            from package in packages
            where !lines.Any(line => line.StartsWith($"| {package} |", StringComparison.Ordinal))
            select new Finding(
                "Directory.Packages.props", 1, $"{package} without a reason", $"one with a row in {Dependencies}"));
        Finding.AssertNone(
            from line in lines.Index()
            where line.Item.StartsWith("| ", StringComparison.Ordinal)
            let package = line.Item.Split('|')[1].Trim()
            where package != "Package" && !packages.Contains(package)
            select new Finding(
                Dependencies, line.Index + 1, $"a reason for {package}", "packages of Directory.Packages.props"));
    }

    [Fact]
    public void Decisions_are_numbered_without_gaps() => Assert.Equal(
        Enumerable.Range(1, Decisions.Count()).Select(number => $"{number:D4}"),
        Decisions.Select(file => Path.GetFileName(file.Path)[..4]));

    [Fact]
    public void A_decision_tells_its_context_what_was_decided_and_the_cost() => Finding.AssertNone(
        from file in Decisions
        from part in new[] { "**Context.**", "**Decision.**", "**Cost.**" }
        where !file.Lines.Any(line => line.StartsWith(part, StringComparison.Ordinal))
        select new Finding(file.Path, 1, $"no {part}", "context, decision, cost"));

    [Fact]
    public void The_change_log_has_room_for_what_is_new() => Assert.Contains(
        Checkout.File("CHANGELOG.md").Lines, line => line.StartsWith("## [Unreleased]", StringComparison.Ordinal));

    [Fact]
    public void The_rule_catches_a_link_to_nowhere()
    {
        Assert.Equal(2, Assert.Single(BrokenLinks(new TextFile("docs/a.md", ["# A", "see [b](b.md)"]))).Line);
        Assert.Empty(BrokenLinks(new TextFile("docs/a.md", ["[b](../TuneGraph.sln), [c](#c), [d](https://d.org/x)"])));
        Assert.Empty(BrokenLinks(new TextFile("docs/a.md", ["```", "[b](b.md)", "```"])));
    }

    private static IEnumerable<Finding> BrokenLinks(TextFile page)
    {
        var inCode = false;
        foreach (var (index, line) in page.Lines.Index())
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                inCode = !inCode;
            if (inCode)
                continue;
            foreach (var target in Link().Matches(line).Select(match => match.Groups[1].Value.Split('#')[0]))
            {
                if (target.Length > 0 && !target.Contains(':', StringComparison.Ordinal) && !Leads(page, target))
                    yield return new Finding(page.Path, index + 1, $"a link to {target}", "files, seen from this one");
            }
        }
    }

    private static bool Leads(TextFile page, string target) =>
        Path.Exists(Path.GetFullPath(Path.Combine(Checkout.PathOf(page.Folder), Uri.UnescapeDataString(target))));

    [GeneratedRegex(@"\]\(\s*<?([^)\s>]+)>?[^)]*\)")]
    private static partial Regex Link();
}
