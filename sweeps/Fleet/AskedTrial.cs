using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph;

/// <summary>A trial that was queued.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Parameters">What it is to be run with.</param>
public sealed record AskedTrial(int Trial, ImmutableSortedDictionary<string, JsonElement> Parameters);
