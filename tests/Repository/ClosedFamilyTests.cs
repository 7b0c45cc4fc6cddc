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
    private static readonly Dictionary<string, string> _exempt = new()
    {
        ["ModelSpec"] = "each member says by itself which layers it has",
        ["ModelTemplate"] = "each member says by itself which model it makes",
        ["StrategyTemplate"] = "each member says by itself which strategy it makes",
        ["TrialProgram"] = "tells kinds of settings apart, not events: the plan asks for one kind and gets it or not",
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
        AssertReached(() =>
            new TaskGraph(new TaskGraphOptions()).Apply((GraphEvent)RuntimeHelpers.GetUninitializedObject(type))
        );

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
        const string Rest = "throw new UnreachableException(\"\")";
        Assert.Single(Gaps(Handling($"void M() {{ switch (e) {{ case A: break; default: {Rest}; }} }}")));
        Assert.Single(Gaps(Handling($"int M() => e switch {{ A a => 1, _ => {Rest} }};")));
        Assert.Empty(Gaps(Handling($"int M() => e switch {{ A a => 1, B {{ X: 2 }} => 1, _ => {Rest} }};")));
        Assert.Empty(Gaps(Handling($"int M() => e switch {{ A => 1, N.B => 1, _ => {Rest} }};")));
        Assert.Empty(Gaps(Handling($"enum K {{ A }} int M() => e switch {{ K.A => 1, _ => {Rest} }};")));
        var some = Handling("int M() => e switch { A => 1, _ => 2 };");
        Assert.Empty(Gaps(some));
        Assert.Single(Unhandled(some));

        static SourceFile[] Handling(string method) =>
            [
                SourceFile.Of(
                    $"abstract record E {{ private protected E() {{ }} }} record A : E; record B : E; class T {{ "
                    + $"{method} }}"
                ),
            ];
    }

    private static TheoryData<Type> Members<T>() =>
        [.. typeof(T).Assembly.GetTypes().Where(type => type.BaseType == typeof(T))];

    /// <summary>An empty member may well be refused; what it must not be is unknown.</summary>
    private static void AssertReached(Action handle)
    {
        for (var e = Xunit.Record.Exception(handle); e is not null; e = e.InnerException)
            Assert.IsNotType<UnreachableException>(e);
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
        var enums = Enums(all);
        return from source in all
               from node in source.Nodes<SyntaxNode>()
               where ClaimsAll(node)
               let named = Named(node, enums).ToHashSet()
               from family in families
               where family.Value.Overlaps(named)
               from missing in family.Value.Except(named)
               select source.Found(
                   node,
                   $"a switch over {family.Key} without {missing}",
                   "all members, or no UnreachableException"
               );
    }

    private static IEnumerable<Finding> Unhandled(IEnumerable<SourceFile> sources)
    {
        var all = sources.ToList();
        var switches = all.SelectMany(source => source.Nodes<SyntaxNode>()).Where(ClaimsAll);
        var enums = Enums(all);
        var handled = switches.SelectMany(node => Named(node, enums)).ToHashSet();
        var families = Families(all);
        return from source in all
               from record in source.Nodes<RecordDeclarationSyntax>()
               where families.TryGetValue(record.Identifier.ValueText, out var members) && !members.Overlaps(handled)
               where !_exempt.ContainsKey(record.Identifier.ValueText)
               select source.Found(
                   record,
                   $"no switch handles all of {record.Identifier}",
                   "one that ends in UnreachableException, so that none is lost"
               );
    }

    private static Dictionary<string, HashSet<string>> Families(List<SourceFile> sources)
    {
        var records = sources.SelectMany(source => source.Nodes<RecordDeclarationSyntax>()).ToList();
        return records
            .Where(record => record.Members.OfType<ConstructorDeclarationSyntax>().Any(IsPrivateProtected))
            .Select(record => record.Identifier.ValueText)
            .ToDictionary(
                family => family,
                family =>
                    records
                        .Where(record =>
                            record.BaseList is { } bases
                            && bases.Types.Any(parent => LanguageTests.SimpleName(parent.Type) == family)
                        )
                        .Select(record => record.Identifier.ValueText)
                        .ToHashSet()
            );
    }

    private static bool IsPrivateProtected(ConstructorDeclarationSyntax constructor) =>
        constructor.Modifiers.Any(SyntaxKind.PrivateKeyword) && constructor.Modifiers.Any(SyntaxKind.ProtectedKeyword);

    private static HashSet<string> Enums(List<SourceFile> sources) =>
        [
            .. sources.SelectMany(
                source => source.Nodes<EnumDeclarationSyntax>(),
                (_, node) => node.Identifier.ValueText
            ),
        ];

    /// <summary>What stands before a name: in <c>Cause.Lost</c>, which is no member of a family, the enum.</summary>
    private static string QualifierOf(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax { Expression: SimpleNameSyntax left } access && access.Name == name
            ? left.Identifier.ValueText
            : "";

    private static bool ClaimsAll(SyntaxNode node) =>
        node switch
        {
            SwitchStatementSyntax statement => statement.Sections.Any(section =>
                section.Labels.Any(label => label is DefaultSwitchLabelSyntax) && Throws(section)
            ),
            SwitchExpressionSyntax expression => expression.Arms.Any(arm =>
                arm.Pattern is DiscardPatternSyntax && Throws(arm)
            ),
            _ => false,
        };

    private static bool Throws(SyntaxNode node) =>
        node.DescendantNodes()
            .OfType<ObjectCreationExpressionSyntax>()
            .Any(creation => LanguageTests.SimpleName(creation.Type) == nameof(UnreachableException));

    private static IEnumerable<string> Named(SyntaxNode node, HashSet<string> enums)
    {
        var cases = node switch
        {
            SwitchStatementSyntax statement => statement.Sections.SelectMany(
                IEnumerable<SyntaxNode> (section) => section.Labels
            ),
            SwitchExpressionSyntax expression => expression.Arms.Select(arm => arm.Pattern),
            _ => [],
        };
        return cases
            .SelectMany(label => label.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
            .Where(name => !enums.Contains(QualifierOf(name)))
            .Select(name => name.Identifier.ValueText);
    }
}
