using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TuneGraph.Tests.Repository;

/// <summary>A C# file, parsed.</summary>
internal sealed class SourceFile(TextFile file)
{
    private static readonly CSharpParseOptions _options = new(LanguageVersion.CSharp14);

    private readonly Lazy<SyntaxNode> _tree = new(() => CSharpSyntaxTree.ParseText(file.Text, _options).GetRoot());

    /// <summary>A file that is not there, to try a rule on.</summary>
    public static SourceFile Of(string text, string path = "search/Sample.cs") =>
        new(new TextFile(path, text.Split('\n')));

    public string Path => file.Path;

    public IReadOnlyList<string> Lines => file.Lines;

    public SyntaxNode Tree => _tree.Value;

    public IEnumerable<BaseTypeDeclarationSyntax> Types => Nodes<BaseTypeDeclarationSyntax>();

    public IEnumerable<T> Nodes<T>() => Tree.DescendantNodes(descendIntoTrivia: false).OfType<T>();

    public Finding Found(SyntaxNodeOrToken place, string actual, string allowed) =>
        new(Path, LineOf(place), actual, allowed);

    public static int LineOf(SyntaxNodeOrToken place) => place.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>How many lines a declaration takes, comments before it not counted.</summary>
    public static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
