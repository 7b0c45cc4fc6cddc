using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace TuneGraph.Tests.Repository;

public sealed partial class NameTests
{
    private static readonly string[] _emptyWords =
        ["Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Common", "Manager", "Base", "Impl"];

    private static readonly string[] _takenNames =
        ["Task", "Barrier", "Lock", "Timer", "Graph", "Search", "Scheduler", "Worker"];

    // Put together here, so that this file does not hold what it forbids.
    private static readonly ImmutableArray<string> _elsewhere =
    [
        "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", @"C:\Us" + @"ers\",
        "api.nu" + "get.org", "registry.npm" + "js.org", "files.python" + "hosted.org", "proxy.go" + "lang.org",
    ];

    [Fact]
    public void A_type_is_named_after_its_idea() => Finding.AssertNone(Checkout.Sources.SelectMany(EmptyNames));

    [Fact]
    public void No_folder_is_a_drawer_for_everything() => Finding.AssertNone(
        from file in Checkout.Files
        from folder in file.Folder.Split('/')
        where _emptyWords.Append("Shared").Append("Contracts").Any(word => word == folder) && !IsMemoryShared(file.Path)
        select new Finding(file.Path, 1, $"the folder {folder}", "a folder named after its idea"));

    [Fact]
    public void No_file_knows_the_machine_it_was_written_on() => Finding.AssertNone(Checkout.Files.SelectMany(Places));

    [Fact]
    public void The_rules_catch_what_they_forbid()
    {
        Assert.All(
            new[] { "StringUtils", "TrialManager", "BaseSampler", "SamplerBase", "StoreImpl", "Timer" },
            name => Assert.Single(EmptyNames(SourceFile.Of($"class {name};"))));
        Assert.Empty(EmptyNames(SourceFile.Of("class Baseline; class TaskSpec; class Implication;")));
        Assert.All(_elsewhere, place => Assert.Single(Places(new TextFile("a.md", ["see '" + place + "x'"]))));
        Assert.Empty(Places(new TextFile("a.md", [$"net{_elsewhere[0]}x, ~{_elsewhere[0]}x"])));
    }

    /// <summary>Memory that ranks share: the word is the idea there.</summary>
    private static bool IsMemoryShared(string path) =>
        path.StartsWith("collectives/Transports/Shared/", StringComparison.Ordinal);

    private static IEnumerable<Finding> EmptyNames(SourceFile source) =>
        from type in source.Types
        let name = type.Identifier.ToString()
        where _takenNames.Contains(name) || Words().Matches(name).Any(word => _emptyWords.Contains(word.Value))
        select source.Found(type, $"the type {name}", "a name that says what it is, and that nothing else has");

    private static IEnumerable<Finding> Places(TextFile file) =>
        from line in file.Lines.Index()
        from place in _elsewhere
        let at = line.Item.IndexOf(place, StringComparison.Ordinal)
        where at == 0 || (at > 0 && !IsPartOfPath(line.Item[at - 1]))
        select new Finding(
            file.Path, line.Index + 1, place, "paths from the root of the repository; no registry's host name");

    private static bool IsPartOfPath(char before) =>
        char.IsAsciiLetterOrDigit(before) || before is '_' or '-' or '.' or '~' or '}' or ')';

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex Words();
}
