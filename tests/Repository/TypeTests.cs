using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TuneGraph.Tests.Repository;

/// <summary>
/// One public type a file, named like the file. Beside it may stand the members of a closed family (records that derive
/// from it), and small records and enums that its declaration names, or one of these: its parts, and parts of parts.
/// </summary>
public sealed class TypeTests
{
    private const int PartLines = 40;
    private const int PartCount = 8;

    [Fact]
    public void A_file_holds_one_public_type_and_its_parts() =>
        Finding.AssertNone(Checkout.Product.SelectMany(Strangers));

    [Fact]
    public void An_interface_has_two_implementations_at_least() =>
        Finding.AssertNone(LonelyInterfaces(Checkout.Product));

    [Fact]
    public void The_rules_catch_what_they_forbid()
    {
        const string Family = "public abstract record E; public sealed record A : E; public sealed record B : E;";
        Assert.Empty(Strangers(SourceFile.Of(Family, "search/E.cs")));
        Assert.Empty(Strangers(SourceFile.Of("public enum M; public sealed record T(M Mode);", "search/T.cs")));
        Assert.Single(Strangers(SourceFile.Of("public enum M; public sealed record T(int Mode);", "search/T.cs")));
        Assert.Single(Strangers(SourceFile.Of("public sealed class M; public sealed record T(M A);", "search/T.cs")));
        Assert.Single(Strangers(SourceFile.Of("public sealed class T;", "search/Other.cs")));
        var one = SourceFile.Of("interface IShape; sealed class Circle : IShape;");
        Assert.Single(LonelyInterfaces([one]));
        Assert.Empty(LonelyInterfaces([one, SourceFile.Of("readonly struct Square<T> : N.IShape<T>;")]));
    }

    private static IEnumerable<Finding> Strangers(SourceFile source)
    {
        var types = source.Tree.DescendantNodes(node => node is not BaseTypeDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            .Where(node => node.Modifiers.Any(SyntaxKind.PublicKeyword))
            .ToList();
        if (types.Count == 0)
            return [];
        var title = Path.GetFileNameWithoutExtension(source.Path);
        if (types.Find(type => NameOf(type) == title) is not { } owner)
            return [source.Found(types[0], $"the public type {NameOf(types[0])}", $"{title}, as the file says")];
        var others = types.Where(type => type != owner && !DerivesFrom(type, title)).ToList();
        return others
            .Where((type, index) => index >= PartCount || !IsPart(type, types))
            .Select(type => source.Found(
                type,
                $"the public type {NameOf(type)} beside {title}",
                $"members of the family {title}, or {PartCount} records and enums of {PartLines} lines that it names"));
    }

    private static bool DerivesFrom(MemberDeclarationSyntax type, string family) =>
        type is RecordDeclarationSyntax { BaseList: { } bases }
        && bases.Types.Any(parent => LanguageTests.SimpleName(parent.Type) == family);

    private static bool IsPart(MemberDeclarationSyntax type, List<MemberDeclarationSyntax> types) =>
        type is RecordDeclarationSyntax or EnumDeclarationSyntax
        && SourceFile.LinesOf(type) <= PartLines
        && types.Any(user => user != type && user.DescendantTokens().Any(token => token.ValueText == NameOf(type)));

    private static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax named => named.Identifier.ValueText,
        DelegateDeclarationSyntax named => named.Identifier.ValueText,
        _ => type.ToString(),
    };

    private static IEnumerable<Finding> LonelyInterfaces(IEnumerable<SourceFile> sources)
    {
        var all = sources.ToList();
        var implementations = all.SelectMany(source => source.Nodes<BaseTypeSyntax>())
            .CountBy(parent => LanguageTests.SimpleName(parent.Type))
            .ToDictionary();
        return
            from source in all
            from type in source.Nodes<InterfaceDeclarationSyntax>()
            let count = implementations.GetValueOrDefault(type.Identifier.ValueText)
            where count < 2
            select source.Found(
                type, $"{type.Identifier} with {count} implementations", "two at least; else name the class itself");
    }
}
