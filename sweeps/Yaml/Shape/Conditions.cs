using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Reads the conditions of a space, once all of its parameters are known.</summary>
internal sealed class Conditions
{
    private readonly Dictionary<string, ParameterDraft> _drafts;
    private readonly Dictionary<string, string[]> _parents;

    public Conditions(ImmutableArray<ParameterDraft> drafts)
    {
        _drafts = drafts.ToDictionary(draft => draft.Name, StringComparer.Ordinal);
        _parents = drafts.ToDictionary(draft => draft.Name, ParentsOf, StringComparer.Ordinal);
        Parameters = [.. drafts.Select(Complete).OfType<Parameter>()];
        RefuseCycles(drafts);
        Parents = _parents.Values.SelectMany(parents => parents).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The parameters with their conditions; those with a mistake in their values are left out.</summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>Names of the parameters that some condition looks at.</summary>
    public IReadOnlySet<string> Parents { get; }

    private string[] ParentsOf(ParameterDraft draft) =>
        draft.WhenNode is YamlMap map ? [.. map.Entries.Select(entry => entry.Key).Where(_drafts.ContainsKey)] : [];

    private Parameter? Complete(ParameterDraft draft)
    {
        var condition = draft.WhenNode is { } node ? Read(draft.Slot.At("when", node)) : null;
        return draft.Distribution is { } distribution ? new Parameter(draft.Name, distribution, condition) : null;
    }

    private Condition? Read(Slot when)
    {
        if (when.Node is not YamlMap { Entries: { Length: > 0 } entries })
        {
            when.Fail(DiagnosticCode.WrongType,
                $"{when.Name} must be a mapping of parameters to values, such as {{optimizer: sgd}}");
            return null;
        }
        var terms = entries.Select(entry => Term(when, entry)).OfType<ConditionTerm>().ToImmutableArray();
        return terms.IsEmpty ? null : new Condition(terms);
    }

    private ConditionTerm? Term(Slot when, YamlEntry entry)
    {
        if (!_drafts.TryGetValue(entry.Key, out var parent))
        {
            when.File.Findings.Add(entry.Place, DiagnosticCode.UnknownParent,
                $"{when.Name} looks at '{Words.Short(entry.Key)}', which is no parameter of the space" +
                $"{Words.DidYouMean(entry.Key, _drafts.Keys)}; parameters: {Words.List(_drafts.Keys)}");
            return null;
        }
        var slot = when.At(entry.Key, entry.Value);
        var nodes = entry.Value is YamlList list ? list.Items : [entry.Value];
        if (nodes.IsEmpty)
            slot.Fail(DiagnosticCode.ImpossibleCondition,
                $"{slot.Name} lists no value, so it can never hold; list at least one");
        if (parent.Distribution is not { } distribution)
            return null;
        var values = nodes.Select(node => Value(slot with { Node = node }, parent.Name, distribution))
            .OfType<ParameterValue>().ToImmutableArray();
        return values.IsEmpty ? null : new ConditionTerm(parent.Name, values);
    }

    private static ParameterValue? Value(Slot slot, string parent, Distribution distribution)
    {
        if (distribution.Cardinality is null)
        {
            slot.Fail(DiagnosticCode.ImpossibleCondition,
                $"{slot.Name} waits for one value of '{parent}', " +
                $"which a continuous range ({distribution}) never hits; look at an int or a categorical parameter");
            return null;
        }
        if (new OptionalReader<ParameterValue>(Scalars.Choice).Read(slot, null) is not { } value)
            return null;
        if (!distribution.Contains(value))
            slot.Fail(DiagnosticCode.ImpossibleCondition,
                $"{slot.Name} can never be {ScalarWords.Describe(CoreScalar.OfValue(value))}: " +
                $"'{parent}' is {distribution}");
        return value;
    }

    private void RefuseCycles(ImmutableArray<ParameterDraft> drafts)
    {
        var done = new Dictionary<string, bool>(StringComparer.Ordinal); // false while its parents are being followed
        foreach (var draft in drafts)
            Follow(draft.Name);

        void Follow(string name)
        {
            if (done.TryGetValue(name, out var followed))
            {
                if (!followed && _drafts[name] is { } draft)
                    draft.Slot.File.Findings.Add(draft.PlaceOf("when"), DiagnosticCode.ConditionCycle,
                        $"whether '{name}' takes part depends on '{name}' itself; break the circle of conditions");
                return;
            }
            done[name] = false;
            foreach (var parent in _parents[name])
                Follow(parent);
            done[name] = true;
        }
    }
}
