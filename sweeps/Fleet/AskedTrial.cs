using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph;

/// <summary>A trial that was queued, or is to be run.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Parameters">What it is to be run with.</param>
public sealed record AskedTrial(int Trial, ImmutableSortedDictionary<string, JsonElement> Parameters)
{
    /// <summary>Steps that it has finished already: more than 0 where a trial that was paused goes on.</summary>
    public int Step { get; init; }
}
