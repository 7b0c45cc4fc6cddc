using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>A choice among listed values, which have no order and may be of different kinds.</summary>
/// <param name="Choices">The values, at least one, all different.</param>
/// <exception cref="ArgumentException">There is no choice, or one is listed twice.</exception>
public sealed record CategoricalDistribution(ImmutableArray<ParameterValue> Choices) : Distribution
{
    /// <summary>The values in the order given; a value's place is its code.</summary>
    public ImmutableArray<ParameterValue> Choices { get; } = Check(Choices);

    /// <inheritdoc/>
    public override long? Cardinality => Choices.Length;

    /// <summary>A choice among the values listed.</summary>
    /// <exception cref="ArgumentException">There is no choice, or one is listed twice.</exception>
    public static CategoricalDistribution Of(params ReadOnlySpan<ParameterValue> choices) => new([.. choices]);

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value) => Choices.Contains(value);

    /// <summary>Whether the other lists the same choices in the same order.</summary>
    public bool Equals(CategoricalDistribution? other) =>
        ReferenceEquals(this, other) || (other is not null && Choices.AsSpan().SequenceEqual(other.Choices.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var choice in Choices)
            hash.Add(choice);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>one of adam, sgd</c>.</summary>
    public override string ToString() => $"one of {string.Join(", ", Choices)}";

    internal override double Code(ParameterValue contained) => Choices.IndexOf(contained);

    internal override (double Low, double High) Cell(double code) => (code, code);

    private protected override ParameterValue Canonical(ParameterValue value) => value;

    private protected override ParameterValue Value(double code) =>
        Choices[(int)Math.Clamp(code, 0, Choices.Length - 1)];

    private static ImmutableArray<ParameterValue> Check(ImmutableArray<ParameterValue> choices)
    {
        if (choices.IsDefaultOrEmpty)
            throw new ArgumentException("A categorical distribution needs at least one choice, and has none.");
        var seen = new HashSet<ParameterValue>();
        foreach (var choice in choices)
        {
            if (!seen.Add(choice))
                throw new ArgumentException($"A categorical distribution lists {choice} twice; list each choice once.");
        }

        return choices;
    }
}
