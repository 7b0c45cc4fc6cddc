using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TuneGraph.Graph;
using TuneGraph.Search;

namespace TuneGraph.Tests.Repository;

/// <summary>
/// A closed family (an abstract record whose constructor is private protected) may grow: then whoever handles all of it
/// must handle the new member too. A switch that ends in <see cref="UnreachableException"/> claims to handle all.
/// </summary>
public sealed class ClosedFamilyTests
{
    /// <summary>Families that need no switch over all of them, and why.</summary>
    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["TrialProgram"] = "tells kinds of settings apart, not events: the plan asks for one kind, and is given it or not",
    };

    public static TheoryData<Type> Changes => Members<StoreChange>();

    public static TheoryData<Type> StudyEvents => Members<StudyEvent>();

    public static TheoryData<Type> GraphEvents => Members<GraphEvent>();

    public static TheoryData<Type> SweepEvents => Members<SweepEvent>();

    [Fact]
    public void A_switch_over_a_whole_family_names_every_member() => Finding.AssertNone(Gaps(Checkout.Product));

    [Fact]
    public void Each_family_is_handled_as_a_whole_somewhere() => Finding.AssertNone(Unhandled(Checkout.Product));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Both_stores_know_every_change(Type type)
    {
        var change = (StoreChange)RuntimeHelpers.GetUninitializedObject(type);
        using var memory = Created(new MemoryStudyStore());
        using var sqlite = Created(SqliteStudyStore.Open(":memory:"));
        AssertReached(() => memory.Commit("s", [change]));
        AssertReached(() => sqlite.Commit("s", [change]));
    }

    [Theory]
    [MemberData(nameof(StudyEvents))]
    public void The_store_knows_every_event_of_a_study(Type type)
    {
        var @event = (StudyEvent)RuntimeHelpers.GetUninitializedObject(type);
        using var sqlite = Created(SqliteStudyStore.Open(":memory:"));
        AssertReached(() => sqlite.Commit("s", [new EventLogged(@event)]));
    }

    [Theory]
    [MemberData(nameof(GraphEvents))]
    public void The_graph_knows_every_event(Type type) =>
        AssertReached(() => new TaskGraph(new TaskGraphOptions()).Apply((GraphEvent)RuntimeHelpers.GetUninitializedObject(type)));

    [Theory]
    [MemberData(nameof(SweepEvents))]
    public void Json_lines_know_every_event_of_a_sweep(Type type)
    {
        var lines = Assembly.Load("TuneGraph.Cli").GetType("TuneGraph.Cli.JsonProgress", throwOnError: true)!;
        var progress = (IProgress<SweepEvent>)Activator.CreateInstance(lines, TextWriter.Null)!;
        AssertReached(() => progress.Report((SweepEvent)RuntimeHelpers.GetUninitializedObject(type)));
    }

    [Fact]
    public void The_rule_catches_a_forgotten_member()
    {
        const string Family = "abstract record E { private protected E() { } } record A : E; record B : E;";
        const string Rest = "throw new UnreachableException(\"\")";
        Assert.Single(Gaps([SourceFile.Of($"{Family} class T {{ void M() {{ switch (e) {{ case A: break; default: {Rest}; }} }} }}")]));
        Assert.Single(Gaps([SourceFile.Of($"{Family} class T {{ int M() => e switch {{ A a => 1, _ => {Rest} }}; }}")]));
        Assert.Empty(Gaps([SourceFile.Of($"{Family} class T {{ int M() => e switch {{ A a => 1, B {{ X: 2 }} => 1, _ => {Rest} }}; }}")]));
        var partial = SourceFile.Of($"{Family} class T {{ int M() => e switch {{ A => 1, _ => 2 }}; }}");
        Assert.Empty(Gaps([partial]));
        Assert.Single(Unhandled([partial]));
        Assert.Empty(Gaps([SourceFile.Of($"{Family} class T {{ int M() => e switch {{ Kind.A => 1, _ => {Rest} }}; }}")]));
    }

    private static TheoryData<Type> Members<T>() => [.. typeof(T).Assembly.GetTypes().Where(type => type.BaseType == typeof(T))];

    /// <summary>An empty member may well be refused; what it must not be is unknown.</summary>
    private static void AssertReached(Action handle)
    {
        for (var exception = Xunit.Record.Exception(handle); exception is not null; exception = exception.InnerException)
            Assert.IsNotType<UnreachableException>(exception);
    }

    private static StudyStore Created(StudyStore store)
    {
        store.Create(new StudyDefinition("s", "m", Direction.Minimize, "random", "none", 1, 1, "", false, ""));
        return store;
    }

    private static IEnumerable<Finding> Gaps(IEnumerable<SourceFile> sources)
    {
        var all = sources.ToList();
        var families = Families(all);
        return
            from source in all
            from node in source.Nodes<SyntaxNode>()
            where ClaimsAll(node)
            let named = Named(node).ToHashSet()
            from family in families
            where family.Value.Overlaps(named)
            from missing in family.Value.Except(named)
            select source.Found(node, $"a switch over {family.Key} without {missing}", "all members, or no UnreachableException");
    }

    private static IEnumerable<Finding> Unhandled(IEnumerable<SourceFile> sources)
    {
        var all = sources.ToList();
        var handled = all.SelectMany(source => source.Nodes<SyntaxNode>()).Where(ClaimsAll).SelectMany(Named).ToHashSet();
        var families = Families(all);
        return
            from source in all
            from record in source.Nodes<RecordDeclarationSyntax>()
            where families.TryGetValue(record.Identifier.ValueText, out var members) && !members.Overlaps(handled)
            where !Exempt.ContainsKey(record.Identifier.ValueText)
            select source.Found(
                record, $"no switch handles all of {record.Identifier}", "one that ends in UnreachableException, so that none is lost");
    }

    private static Dictionary<string, HashSet<string>> Families(List<SourceFile> sources)
    {
        var records = sources.SelectMany(source => source.Nodes<RecordDeclarationSyntax>()).ToList();
        return records
            .Where(record => record.Members.OfType<ConstructorDeclarationSyntax>().Any(constructor =>
                constructor.Modifiers.Any(SyntaxKind.PrivateKeyword) && constructor.Modifiers.Any(SyntaxKind.ProtectedKeyword)))
            .Select(record => record.Identifier.ValueText)
            .ToDictionary(family => family, family => records
                .Where(record => record.BaseList?.Types.Any(parent => LanguageTests.SimpleName(parent.Type) == family) == true)
                .Select(record => record.Identifier.ValueText)
                .ToHashSet());
    }

    private static bool ClaimsAll(SyntaxNode node) => node switch
    {
        SwitchStatementSyntax statement => statement.Sections.Any(section =>
            section.Labels.Any(label => label is DefaultSwitchLabelSyntax) && Throws(section)),
        SwitchExpressionSyntax expression => expression.Arms.Any(arm => arm.Pattern is DiscardPatternSyntax && Throws(arm)),
        _ => false,
    };

    private static bool Throws(SyntaxNode node) => node.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
        .Any(creation => LanguageTests.SimpleName(creation.Type) == nameof(UnreachableException));

    private static IEnumerable<string> Named(SyntaxNode node)
    {
        var cases = node switch
        {
            SwitchStatementSyntax statement => statement.Sections.SelectMany(section => section.Labels).Cast<SyntaxNode>(),
            SwitchExpressionSyntax expression => expression.Arms.Select(arm => arm.Pattern),
            _ => [],
        };
        return cases
            .SelectMany(label => label.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
            .Where(name => name.Parent is not MemberAccessExpressionSyntax) // a member of an enum, not of the family
            .Select(name => name.Identifier.ValueText);
    }
}
