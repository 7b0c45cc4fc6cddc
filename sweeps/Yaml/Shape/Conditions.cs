using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Reads the conditions and the rules of a space, once all of its parameters are known. Both are written as text, or,
/// where they only list values, as a mapping: <c>{optimizer: sgd, layers: [1, 2]}</c>.
/// </summary>
internal sealed class Conditions
{
    private readonly Dictionary<string, ParameterDraft> _drafts;
    private readonly Dictionary<string, Condition?> _whens;

    public Conditions(ImmutableArray<ParameterDraft> drafts)
    {
        _drafts = drafts.ToDictionary(draft => draft.Name, StringComparer.Ordinal);
        _whens = drafts.ToDictionary(draft => draft.Name, When, StringComparer.Ordinal);
        RefuseCycles(drafts);
        Parents = _whens.Values.SelectMany(when => when?.Parents ?? []).ToHashSet(StringComparer.Ordinal);
        Parameters =
        [
            .. drafts.Where(draft => draft.Distribution is not null)
                .Select(draft => new Parameter(draft.Name, draft.Distribution!, _whens[draft.Name])),
        ];
    }

    /// <summary>The parameters with their conditions; those with a mistake in their values are left out.</summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>Names of the parameters that some condition looks at.</summary>
    public IReadOnlySet<string> Parents { get; }

    /// <summary>A condition, or null after a mistake in it.</summary>
    public Condition? Read(Slot slot) =>
        slot.Node switch
        {
            YamlMap { Entries: { Length: > 0 } entries } => OfMapping(slot, entries),
            YamlScalar scalar when CoreScalar.Of(scalar).Kind != ScalarKind.Null => OfText(slot, scalar),
            _ => Refuse(slot),
        };

    private Condition? When(ParameterDraft draft) =>
        draft.WhenNode is { } node ? Read(draft.Slot.At("when", node)) : null;

    private static Condition? Refuse(Slot slot)
    {
        slot.Fail(DiagnosticCode.WrongType,
            $"{slot.Name} must be a condition, such as optimizer == 'sgd' and layers > 2, " +
            "or a mapping of parameters to values, such as {optimizer: sgd}");
        return null;
    }

    private Condition? OfText(Slot slot, YamlScalar scalar)
    {
        Condition condition;
        try
        {
            condition = Condition.Parse(scalar.Text);
        }
        catch (ConditionException e)
        {
            // In quotes or over several lines, the text's characters are not the file's.
            var at = scalar.Plain ? scalar.Place with { Column = scalar.Place.Column + e.Position } : scalar.Place;
            slot.File.Findings.Add(at, DiagnosticCode.MalformedCondition,
                $"{slot.Name} cannot be read at character {e.Position + 1}: {e.Problem}");
            return null;
        }
        var unknown = condition.Parents.Where(name => !_drafts.ContainsKey(name)).ToArray();
        foreach (var name in unknown)
            RefuseUnknown(slot, scalar.Place, name);
        if (unknown.Length > 0 || condition.Parents.Any(name => _drafts[name].Distribution is null))
            return unknown.Length > 0 ? null : condition;
        try
        {
            condition.Check(condition.Parents.Select(name => new Parameter(name, _drafts[name].Distribution!)));
        }
        catch (SearchSpaceException e)
        {
            slot.Fail(DiagnosticCode.ImpossibleCondition, $"{slot.Name}: {Words.Sentence(e.Message)}");
        }
        return condition;
    }

    private Condition? OfMapping(Slot slot, ImmutableArray<YamlEntry> entries)
    {
        var terms = entries.Select(entry => Term(slot, entry)).OfType<Condition>().ToArray();
        return terms.Length == 0 ? null : terms.Aggregate((all, term) => all.And(term));
    }

    private Condition? Term(Slot outer, YamlEntry entry)
    {
        if (!_drafts.TryGetValue(entry.Key, out var parent))
        {
            RefuseUnknown(outer, entry.Place, entry.Key);
            return null;
        }
        var slot = outer.At(entry.Key, entry.Value);
        var nodes = entry.Value is YamlList list ? list.Items : [entry.Value];
        if (nodes.IsEmpty)
            slot.Fail(DiagnosticCode.ImpossibleCondition,
                $"{slot.Name} lists no value, so it can never hold; list at least one");
        if (parent.Distribution is not { } distribution)
            return Condition.On(entry.Key, 0); // its values are a mistake already; the circle below needs the name
        var values = nodes.Select(node => Value(slot with { Node = node }, parent.Name, distribution))
            .OfType<ParameterValue>().ToArray();
        return values.Length == 0 ? null : Condition.On(parent.Name, values);
    }

    private void RefuseUnknown(Slot slot, Place place, string name) =>
        slot.File.Findings.Add(place, DiagnosticCode.UnknownParent,
            $"{slot.Name} looks at '{Words.Short(name)}', which is no parameter of the space" +
            $"{Words.DidYouMean(name, _drafts.Keys)}; parameters: {Words.List(_drafts.Keys)}");

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
            foreach (var parent in _whens[name]?.Parents ?? [])
                Follow(parent);
            done[name] = true;
        }
    }
}
