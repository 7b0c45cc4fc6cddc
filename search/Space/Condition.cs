using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// When a parameter takes part in a trial: all terms must hold. Compared by content, in the order given.
/// </summary>
/// <param name="Terms">What must hold, at least one term.</param>
/// <exception cref="ArgumentException">There is no term.</exception>
public sealed record Condition(ImmutableArray<ConditionTerm> Terms)
{
    /// <summary>What must hold.</summary>
    public ImmutableArray<ConditionTerm> Terms { get; } = Terms.IsDefaultOrEmpty
        ? throw new ArgumentException(
            "A condition needs at least one term; a parameter without a condition has When = null.")
        : Terms;

    /// <summary>A condition on one parent: it is active, and its value is one of those listed.</summary>
    public static Condition On(string parent, params ReadOnlySpan<ParameterValue> values) =>
        new([new ConditionTerm(parent, [.. values])]);

    /// <summary>This condition, and another parent's value.</summary>
    public Condition And(string parent, params ReadOnlySpan<ParameterValue> values) =>
        new(Terms.Add(new ConditionTerm(parent, [.. values])));

    /// <summary>Whether the other lists the same terms in the same order.</summary>
    public bool Equals(Condition? other) =>
        other is not null && Terms.AsSpan().SequenceEqual(other.Terms.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var term in Terms)
            hash.Add(term);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>optimizer in (adam, sgd) and layers in (2)</c>.</summary>
    public override string ToString() => string.Join(" and ", Terms);
}

/// <summary>One part of a <see cref="Condition"/>: the parent is active and its value is one of those listed.</summary>
/// <param name="Parent">The name of the parameter that is looked at.</param>
/// <param name="Values">The values with which the term holds, at least one.</param>
/// <exception cref="ArgumentException">There is no value.</exception>
public sealed record ConditionTerm(string Parent, ImmutableArray<ParameterValue> Values)
{
    /// <summary>The name of the parameter that is looked at.</summary>
    public string Parent { get; } = Parent ?? throw new ArgumentNullException(nameof(Parent));

    /// <summary>The values with which the term holds.</summary>
    public ImmutableArray<ParameterValue> Values { get; } = Values.IsDefaultOrEmpty
        ? throw new ArgumentException(
            $"The condition on '{Parent}' lists no value, so it could never hold; list at least one.")
        : Values;

    /// <summary>Whether the other looks at the same parent for the same values in the same order.</summary>
    public bool Equals(ConditionTerm? other) =>
        other is not null && Parent == other.Parent && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Parent);
        foreach (var value in Values)
            hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>optimizer in (adam, sgd)</c>.</summary>
    public override string ToString() => $"{Parent} in ({string.Join(", ", Values)})";
}
