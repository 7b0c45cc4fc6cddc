using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// Checks that settings and parameters fit together: no reference leads nowhere, none is idle, none reaches too far.
/// </summary>
internal sealed class KnobCheck(ImmutableArray<ParameterDraft> drafts, IReadOnlySet<string> parents, SweepReading file)
{
    private readonly HashSet<string> _suggested = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ParameterDraft> _drafts =
        drafts.ToDictionary(draft => draft.Name, StringComparer.Ordinal);

    public void Run()
    {
        foreach (var use in file.KnobUses)
            Check(use);
        RefuseIdle();
    }

    /// <summary>
    /// A reference under a misspelt key counts as one, and so does a misspelt reference: each is reported already, and
    /// one mistake should not be told twice.
    /// </summary>
    private void RefuseIdle()
    {
        var mentioned = file.Root.Scalars.Select(scalar => scalar.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var (place, name) in drafts.Select(draft => (draft.Place, draft.Name)))
        {
            if (!parents.Contains(name) && !_suggested.Contains(name) && !mentioned.Contains("$" + name))
                file.Findings.Add(place, DiagnosticCode.UnusedParameter,
                    $"parameter '{Words.Short(name)}' is never used; " +
                    $"refer to it as ${Words.Short(name)} in model or training, or remove it");
        }
    }

    private void Check(KnobUse use)
    {
        if (!_drafts.TryGetValue(use.Parameter, out var draft))
        {
            var nearest = NearestName.Of(use.Parameter, _drafts.Keys);
            _suggested.Add(nearest ?? "");
            file.Findings.Add(use.Place, DiagnosticCode.UnknownParameter,
                $"{use.Setting} refers to '${Words.Short(use.Parameter)}', which is no parameter of the space" +
                $"{(nearest is null ? "" : $" (did you mean '${nearest}'?)")}; parameters: {Words.List(_drafts.Keys)}");
            return;
        }
        if (use.NeedsValue && draft.WhenNode is not null)
        {
            file.Findings.Add(use.Place, DiagnosticCode.ParameterOut,
                $"{use.Setting} has no value while parameter '{draft.Name}' takes no part; remove its 'when', or " +
                "list widths under model.hidden, where a layer is left out with its parameter");
        }

        var faults = Extremes(draft.Distribution)
            .Select(end => (end.Value, end.Path, Fault: use.Fault(CoreScalar.OfValue(end.Value))))
            .Where(end => end.Fault is not null)
            .ToArray();
        var isRange = draft.Distribution is not CategoricalDistribution;
        if (isRange && faults.Any(end => end.Fault == DiagnosticCode.WrongType))
        {
            file.Findings.Add(use.Place, DiagnosticCode.ParameterKind,
                $"{use.Setting} must be {use.Expected}, " +
                $"but parameter '{draft.Name}' gives {draft.Distribution}; change its type");
            return;
        }
        foreach (var (value, path, _) in faults)
        {
            file.Findings.Add(draft.PlaceOf(path), DiagnosticCode.ParameterRange,
                $"parameter '{draft.Name}' can be {ScalarWords.Describe(CoreScalar.OfValue(value))}, " +
                $"but {use.Setting} (line {use.Place.Line}) must be {use.Expected}");
        }
    }

    /// <summary>The values that decide whether all are allowed, each with its place in the parameter.</summary>
    private static IEnumerable<(ParameterValue Value, string Path)> Extremes(Distribution? distribution) =>
        distribution switch
        {
            null => [],
            CategoricalDistribution { Choices: var choices } => choices.Select((choice, i) => (choice, $"choices.{i}")),
            _ => [(distribution.Decode(0), "low"), (distribution.Decode(1), "high")],
        };
}
