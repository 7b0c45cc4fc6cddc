using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph;

/// <summary>A configuration that is to be tried.</summary>
/// <param name="Parameters">Numbers, texts and flags by name.</param>
public sealed record TrialRequest(ImmutableSortedDictionary<string, JsonElement> Parameters);
