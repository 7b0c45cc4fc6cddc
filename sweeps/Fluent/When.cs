using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// When a conditional parameter exists, in its simplest form: <c>When.Is("optimizer", "sgd")</c>. What a
/// <see cref="Condition"/> can say besides is written as text: <c>"layers &gt; 2 and width * layers &lt; 4096"</c>.
/// </summary>
public static class When
{
    /// <summary>Where the parent has one of these values.</summary>
    /// <exception cref="ArgumentException">No value is listed.</exception>
    public static Condition Is(string parent, params ImmutableArray<ParameterValue> values) =>
        Condition.On(parent, values.AsSpan());
}
