using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// When a conditional parameter exists: its parent has one of some values. Several are joined by <see cref="And"/>.
/// </summary>
public sealed record When
{
    private readonly ImmutableArray<ConditionTerm> _terms;

    private When(ImmutableArray<ConditionTerm> terms) => _terms = terms;

    /// <summary>Where the parent has one of these values.</summary>
    public static When Is(string parent, params ImmutableArray<ParameterValue> values) =>
        new([new ConditionTerm(parent, values)]);

    /// <summary>Where both hold.</summary>
    public When And(When other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(_terms.AddRange(other._terms));
    }

    internal Condition ToCondition() => new(_terms);
}
