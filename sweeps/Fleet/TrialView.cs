using System.Collections.Immutable;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A trial as a scheduler tells of it.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="State">Its state, in lower case.</param>
/// <param name="Value">The first objective; null while nothing was measured.</param>
/// <param name="Values">All objectives.</param>
/// <param name="Steps">Finished steps.</param>
/// <param name="Parameters">Its configuration: numbers, texts and flags by name.</param>
/// <param name="Reason">Why it ended as it did; null when there is nothing to say.</param>
public sealed record TrialView(
    int Trial,
    string State,
    double? Value,
    ImmutableArray<double> Values,
    int Steps,
    ImmutableSortedDictionary<string, JsonElement> Parameters,
    string? Reason)
{
    internal static TrialView Of(TrialSummary trial) =>
        new(
            trial.Number,
            Word(trial.State),
            trial.Value,
            [.. trial.Values],
            trial.Steps,
            ParameterJson.Write(trial.Configuration),
            trial.Reason);

    internal static string Word(TrialState state) => state.ToString().ToLowerInvariant();
}
