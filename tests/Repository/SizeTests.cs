using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TuneGraph.Tests.Repository;

public sealed class SizeTests
{
    private const int FileLines = 400;
    private const int TypeLines = 600;
    private const int MethodLines = 60;
    private const int LineWidth = 120;

    [Fact]
    public void A_file_has_at_most_400_lines() => Finding.AssertNone(Checkout.Sources.SelectMany(LongFile));

    [Fact]
    public void A_type_has_at_most_600_lines_over_all_its_parts() => Finding.AssertNone(LongTypes(Checkout.Sources));

    [Fact]
    public void A_method_fits_a_screen_of_60_lines() => Finding.AssertNone(Checkout.Sources.SelectMany(LongMethods));

    [Fact]
    public void A_line_has_at_most_120_characters() => Finding.AssertNone(Checkout.Sources.SelectMany(WideLines));

    [Fact]
    public void The_rules_catch_what_is_too_long()
    {
        Assert.Single(LongFile(SourceFile.Of(new string('\n', FileLines))));
        Assert.Empty(LongFile(SourceFile.Of(new string('\n', FileLines - 1))));
        var half = SourceFile.Of($"namespace N;\npartial class T\n{{{new string('\n', TypeLines / 2)}}}");
        Assert.Empty(LongTypes([half]));
        Assert.Single(LongTypes([half, half]));
        var body = $"\n{{{new string('\n', MethodLines)}}}";
        Assert.Single(LongMethods(SourceFile.Of($"class T {{ void M(){body} }}")));
        Assert.Single(LongMethods(SourceFile.Of($"class T {{ int P {{ get{body} }} }}")));
        Assert.Equal(2, Assert.Single(WideLines(SourceFile.Of("//\n" + new string('/', LineWidth + 1)))).Line);
    }

    private static IEnumerable<Finding> LongFile(SourceFile source) => source.Lines.Count > FileLines
        ? [new Finding(source.Path, source.Lines.Count, $"a file of {source.Lines.Count} lines", $"{FileLines}")]
        : [];

    private static IEnumerable<Finding> LongTypes(IEnumerable<SourceFile> sources) =>
        from part in sources.SelectMany(source => source.Types, (source, type) => (Source: source, Type: type))
        group part by FullName(part.Type) into type
        let lines = type.Sum(part => SourceFile.LinesOf(part.Type))
        where lines > TypeLines
        let first = type.First()
        select first.Source.Found(first.Type, $"{type.Key} has {lines} lines in {type.Count()} parts", $"{TypeLines}");

    private static IEnumerable<Finding> LongMethods(SourceFile source) =>
        from node in source.Nodes<SyntaxNode>()
        where node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
        let lines = SourceFile.LinesOf(node)
        where lines > MethodLines
        select source.Found(node, $"{node.ToString().Split('\n')[0].Trim()} has {lines} lines", $"{MethodLines}");

    private static IEnumerable<Finding> WideLines(SourceFile source) =>
        from line in source.Lines.Index()
        where line.Item.Length > LineWidth
        select new Finding(source.Path, line.Index + 1, $"{line.Item.Length} characters", $"{LineWidth}");

    private static string FullName(BaseTypeDeclarationSyntax type)
    {
        var parents = type.AncestorsAndSelf().Reverse().Select(node => node switch
        {
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            TypeDeclarationSyntax outer => $"{outer.Identifier}`{outer.TypeParameterList?.Parameters.Count ?? 0}",
            BaseTypeDeclarationSyntax outer => outer.Identifier.ToString(),
            _ => null,
        });
        return string.Join('.', parents.OfType<string>());
    }
}
