using System.Text.RegularExpressions;

namespace TuneGraph.Tests.Sweeps;

/// <summary>docs/sweep-file.md has the keys that the reader takes, and no other.</summary>
public sealed partial class SweepPageTests
{
    private static readonly string _page =
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "sweep-file.md"));

    public static TheoryData<string, string> Types =>
    [
        .. new[] { "model", "sampler", "pruner" }.SelectMany(block => TypeRow().Matches(Chapter(block)).Select(
            row => new TheoryDataRow<string, string>(block, row.Groups["type"].Value))),
    ];

    [Fact]
    public void A_chapter_names_every_key_of_its_block()
    {
        var refused = SweepSample.Mistakes("""
            apiVersion: tunegraph/v1
            kind: Sweep
            name: page
            bogus: 1
            objective: {metric: val_loss, bogus: 1}
            data: {file: data/wine.csv.gz, target: cultivar, bogus: 1, split: {bogus: 1}}
            model: mlp
            space: {a: {type: float, low: 0, high: 1}}
            training:
              bogus: 1
              optimizer: {weightDecay: $a, bogus: 1}
              schedule: {bogus: 1}
              earlyStopping: {patience: 1, bogus: 1}
              checkpoint: {bogus: 1}
            budget: {bogus: 1}
            retry: {bogus: 1}
            resources: {bogus: 1}
            final: {bogus: 1}
            output: {bogus: 1}
            """).Select(mistake => Refusal().Match(mistake)).Where(match => match.Success).ToList();

        Assert.Equal(14, refused.Count);
        Assert.All(refused, refusal =>
        {
            var block = refusal.Groups["block"].Value.Split('.')[0];
            var chapter = Chapter(
                block is "retry" or "resources" or "final" or "output" ? "retry, resources, warmStart, final, output"
                : block == "the sweep" ? "The sweep"
                : block);
            Assert.All(refusal.Groups["keys"].Value.Split(", "), key => Assert.Matches($@"[`{{ ]{key}[`:]", chapter));
        });
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_row_of_a_type_has_its_keys(string block, string type)
    {
        var blocks = new Dictionary<string, string> { ["model"] = "mlp", ["sampler"] = "auto", ["pruner"] = "none" };
        blocks[block] = $"{{type: {type}, bogus: 1}}";

        var refusal = SweepSample.Mistakes($$$"""
            apiVersion: tunegraph/v1
            kind: Sweep
            name: page
            objective: {metric: val_loss}
            data: {file: data/wine.csv.gz, target: cultivar}
            model: {{{blocks["model"]}}}
            space: {a: {type: float, low: 0, high: 1}}
            training: {epochs: 99, optimizer: {weightDecay: $a}}
            sampler: {{{blocks["sampler"]}}}
            pruner: {{{blocks["pruner"]}}}
            """).Select(mistake => Refusal().Match(mistake)).Single(match => match.Success);

        var row = TypeRow().Matches(Chapter(block)).Single(row => row.Groups["type"].Value == type);
        Assert.Equal(
            refusal.Groups["keys"].Value.Split(", ").Where(key => key != "type").Order(StringComparer.Ordinal),
            Key().Matches(Aside().Replace(row.Groups["keys"].Value, "")).Select(key => key.Groups[1].Value)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_type_has_its_row()
    {
        foreach (var block in (string[])["model", "sampler", "pruner"])
        {
            var mistakes = SweepSample.Mistakes($"{block}: {{type: bogus}}\n");
            var types = OneOf().Match(Assert.Single(mistakes, mistake => mistake.Contains("bogus"))).Groups[1].Value;
            Assert.Equal(
                types.Split(", ").Order(StringComparer.Ordinal),
                TypeRow().Matches(Chapter(block)).Select(row => row.Groups["type"].Value)
                    .Order(StringComparer.Ordinal));
        }
    }

    private static string Chapter(string title) =>
        _page.Split("\n## ").Single(chapter => chapter.StartsWith(title + "\n", StringComparison.Ordinal));

    [GeneratedRegex("unknown key 'bogus' in (?<block>[^;(]+)(?: \\(did[^)]*\\))?; allowed: (?<keys>.+)$")]
    private static partial Regex Refusal();

    [GeneratedRegex(@"^\| `(?<type>[a-z0-9-]+)` \|(?<keys>.*)\|$", RegexOptions.Multiline)]
    private static partial Regex TypeRow();

    /// <summary>What stands in brackets, or behind the colon of a key, is no key.</summary>
    [GeneratedRegex(@"\([^)]*\)|: `[^`]*`")]
    private static partial Regex Aside();

    [GeneratedRegex("`([a-zA-Z]+)`")]
    private static partial Regex Key();

    [GeneratedRegex("must be one of (.+), not 'bogus'")]
    private static partial Regex OneOf();
}
