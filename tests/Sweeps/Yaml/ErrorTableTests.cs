using System.Reflection;
using System.Text.RegularExpressions;

namespace TuneGraph.Tests.Sweeps;

public sealed partial class ErrorTableTests
{
    private static string Table { get; } = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "errors.md"));

    [Fact]
    public void The_table_of_errors_has_each_code_once_and_no_other()
    {
        var codes = typeof(SweepFile).Assembly.GetType("TuneGraph.DiagnosticCode", throwOnError: true)!
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(codes, Row().Matches(Table).Select(row => row.Groups["code"].Value));
    }

    [Fact]
    public void Every_row_tells_meaning_example_and_way_out() =>
        Assert.All(Row().Matches(Table), row =>
        {
            Assert.False(string.IsNullOrWhiteSpace(row.Groups["meaning"].Value));
            Assert.Matches("^ `.+` $", row.Groups["example"].Value);
            Assert.False(string.IsNullOrWhiteSpace(row.Groups["wayOut"].Value));
        });

    /// <summary>The examples are real: each stands in some test of the library, word for word.</summary>
    [Fact]
    public void Every_example_is_a_message_that_some_test_expects()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tests", "Sweeps");
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories);
        var source = string.Concat(files.Select(File.ReadAllText));
        var expected = Joint().Replace(source, "");

        Assert.All(Row().Matches(Table), row =>
            Assert.Contains(row.Groups["example"].Value.Trim(' ', '`'), expected, StringComparison.Ordinal));
    }

    [GeneratedRegex(
        @"^\| (?<code>TG\d{4}) \|(?<meaning>[^|]+)\|(?<example>[^|]+)\|(?<wayOut>[^|]+)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>Where a string literal goes on in the next line.</summary>
    [GeneratedRegex("\" \\+\\s+\\$?\"")]
    private static partial Regex Joint();
}
