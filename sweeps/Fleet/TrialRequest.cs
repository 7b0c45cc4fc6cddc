using System.Collections.Immutable;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A configuration that is to be tried.</summary>
/// <param name="Parameters">Numbers, texts and flags by name.</param>
public sealed record TrialRequest(ImmutableSortedDictionary<string, JsonElement> Parameters)
{
    /// <summary>The request for a configuration.</summary>
    public static TrialRequest Of(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new TrialRequest(ParameterJson.Write(configuration));
    }
}
