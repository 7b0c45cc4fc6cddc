using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph;

/// <summary>A trial of an ask-and-tell study, or one that was queued.</summary>
/// <param name="Trial">Its number; null when the sampler has nothing more to offer.</param>
/// <param name="Parameters">What it is to be run with.</param>
public sealed record AskedTrial(int? Trial, ImmutableSortedDictionary<string, JsonElement> Parameters);
