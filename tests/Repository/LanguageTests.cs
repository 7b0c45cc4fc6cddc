using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TuneGraph.Tests.Repository;

public sealed class LanguageTests
{
    private const int Depth = 3;

    private static readonly string[] _generators = ["GeneratedRegex", "LoggerMessage", "JsonSerializable"];

    // Put together here, so that this file does not hold what it forbids.
    private static readonly string[] _unfinished =
        ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    [Fact]
    public void There_are_no_regions() => Finding.AssertNone(Checkout.Sources.SelectMany(Regions));

    [Fact]
    public void Partial_is_for_generated_code_only() => Finding.AssertNone(Checkout.Sources.SelectMany(Parts));

    [Fact]
    public void Nothing_is_left_unfinished() => Finding.AssertNone(Checkout.Sources.SelectMany(LooseEnds));

    [Fact]
    public void No_method_is_async_void() => Finding.AssertNone(Checkout.Sources.SelectMany(AsyncVoids));

    [Fact]
    public void Statements_nest_at_most_three_deep() => Finding.AssertNone(Checkout.Product.SelectMany(DeepNests));

    [Fact]
    public void A_class_that_no_other_derives_from_is_sealed() => Finding.AssertNone(Unsealed(Checkout.Product));

    [Fact]
    public void The_rules_catch_what_they_forbid()
    {
        Assert.Single(Regions(SourceFile.Of("#region Fields\n#endregion")));
        Assert.Single(Parts(SourceFile.Of("partial class T { void M() { } }")));
        Assert.Empty(Parts(SourceFile.Of("partial class T { [GeneratedRegex(\"a\")] static partial Regex A(); }")));
        Assert.Single(LooseEnds(SourceFile.Of($"// {_unfinished[0]}: later")));
        Assert.Single(AsyncVoids(SourceFile.Of("class T { async void M() { } }")));
        Assert.Single(DeepNests(SourceFile.Of("class T { void M() { if (a) while (b) for (;;) if (c) { } } }")));
        var chain = string.Concat(Enumerable.Repeat("if (a) b(); else ", Depth + 1));
        Assert.Empty(DeepNests(SourceFile.Of($"class T {{ void M() {{ {chain} c(); }} }}")));
        Assert.Single(Unsealed([SourceFile.Of("class T;")]));
        Assert.Empty(Unsealed([SourceFile.Of("class T; sealed class U : T; class V { public virtual void M() { } }")]));
    }

    private static IEnumerable<Finding> Regions(SourceFile source) =>
        from trivia in source.Tree.DescendantTrivia()
        where trivia.IsKind(SyntaxKind.RegionDirectiveTrivia)
        select new Finding(
            source.Path,
            trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1,
            trivia.ToString(),
            "no regions: split the file");

    private static IEnumerable<Finding> Parts(SourceFile source) =>
        from member in source.Nodes<MemberDeclarationSyntax>()
        where member.Modifiers.Any(SyntaxKind.PartialKeyword) && !IsGenerated(member)
        select source.Found(member, "partial", $"only for the generators {string.Join(", ", _generators)}");

    private static bool IsGenerated(MemberDeclarationSyntax member) =>
        member.AttributeLists.SelectMany(list => list.Attributes).Any(a => _generators.Contains(a.Name.ToString()))
        || (member is TypeDeclarationSyntax type
            && type.Members.Any(inner => inner.Modifiers.Any(SyntaxKind.PartialKeyword) && IsGenerated(inner)));

    private static IEnumerable<Finding> LooseEnds(SourceFile source) =>
        from line in source.Lines.Index()
        from word in _unfinished
        where line.Item.Contains(word, StringComparison.Ordinal)
        select new Finding(source.Path, line.Index + 1, word, "finish it, or leave it out");

    private static IEnumerable<Finding> AsyncVoids(SourceFile source) =>
        from method in source.Nodes<MethodDeclarationSyntax>()
        where method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType.ToString() == "void"
        select source.Found(method, $"async void {method.Identifier}", "async Task");

    private static IEnumerable<Finding> DeepNests(SourceFile source) =>
        from statement in source.Nodes<StatementSyntax>()
        where Nests(statement) && statement.AncestorsAndSelf().TakeWhile(IsOfOneBody).Count(Nests) == Depth + 1
        select source.Found(statement, $"{Depth + 1} statements inside one another", $"{Depth}");

    /// <summary>Whether a node opens a level. A chain of <c>else if</c> is one level.</summary>
    private static bool Nests(SyntaxNode node) => node switch
    {
        IfStatementSyntax => node.Parent is not ElseClauseSyntax,
        ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax => true,
        SwitchStatementSyntax or TryStatementSyntax or LockStatementSyntax => true,
        _ => false,
    };

    private static bool IsOfOneBody(SyntaxNode node) =>
        node is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax);

    private static IEnumerable<Finding> Unsealed(IEnumerable<SourceFile> sources)
    {
        var all = sources.ToList();
        var bases = all.SelectMany(source => source.Nodes<BaseTypeSyntax>())
            .Select(type => SimpleName(type.Type))
            .ToHashSet();
        return
            from source in all
            from type in source.Nodes<TypeDeclarationSyntax>()
            where type.Kind() is SyntaxKind.ClassDeclaration or SyntaxKind.RecordDeclaration
            where !type.Modifiers.Any(IsClosing)
            where !bases.Contains(type.Identifier.ToString())
            where !type.Members.Any(member => member.Modifiers.Any(SyntaxKind.VirtualKeyword))
            select source.Found(type, $"{type.Identifier} is open", "sealed, unless others derive from it");
    }

    private static bool IsClosing(SyntaxToken modifier) =>
        modifier.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword;

    internal static string SimpleName(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax name => SimpleName(name.Right),
        SimpleNameSyntax name => name.Identifier.ToString(),
        _ => type.ToString(),
    };
}
