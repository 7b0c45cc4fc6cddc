using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>A choice among listed values, which may be of different kinds.</summary>
/// <param name="Choices">The values, at least one, all different.</param>
/// <param name="Ordered">
/// Whether neighbours in the list are more alike than values far apart: <c>small, medium, large</c>.
/// </param>
/// <param name="Weights">
/// How often each is drawn in comparison with the others: finite and above 0, one for each choice; left out where all
/// are alike. Only their ratios count.
/// </param>
/// <exception cref="ArgumentException">The arguments contradict each other; the message says how.</exception>
public sealed record CategoricalDistribution(
    ImmutableArray<ParameterValue> Choices,
    bool Ordered = false,
    ImmutableArray<double> Weights = default
) : Distribution
{
    /// <summary>A rarer choice could not be told from its neighbours by its code.</summary>
    private const double RarestShare = 1e-12;

    private readonly double[] _edges = EdgesOf(Choices, Weights); // choice i owns the codes [_edges[i], _edges[i + 1]]

    /// <summary>The values in the order given.</summary>
    public ImmutableArray<ParameterValue> Choices { get; } = Choices;

    /// <summary>Whether neighbours in the list are more alike than values far apart. Default false.</summary>
    public bool Ordered { get; } = Ordered;

    /// <summary>The probability of each choice, in their order; they sum to 1.</summary>
    public ImmutableArray<double> Weights { get; } = Normalized(Choices, Weights);

    /// <summary>The same choice with values that have an order.</summary>
    public CategoricalDistribution InOrder => new(Choices, true, Weights);

    /// <inheritdoc/>
    public override long? Cardinality => Choices.Length;

    /// <summary>A choice among the values listed, without an order, all alike.</summary>
    /// <exception cref="ArgumentException">There is no choice, or one is listed twice.</exception>
    public static CategoricalDistribution Of(params ReadOnlySpan<ParameterValue> choices) => new([.. choices]);

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value) => Choices.Contains(value);

    /// <summary>Whether the other lists the same choices in the same order, and treats them alike.</summary>
    public bool Equals(CategoricalDistribution? other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && Ordered == other.Ordered
            && Choices.AsSpan().SequenceEqual(other.Choices.AsSpan())
            && Weights.AsSpan().SequenceEqual(other.Weights.AsSpan())
        );

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Ordered);
        foreach (var choice in Choices)
            hash.Add(choice);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>one of adam, sgd</c>, or <c>one of small, large (ordered)</c>.</summary>
    public override string ToString() => $"one of {string.Join(", ", Choices)}{(Ordered ? " (ordered)" : "")}";

    internal override double Code(ParameterValue contained)
    {
        var i = Choices.IndexOf(contained);
        return (_edges[i] + _edges[i + 1]) / 2;
    }

    internal override (double Low, double High) Cell(double code)
    {
        var i = IndexAt(code);
        return (_edges[i], _edges[i + 1]);
    }

    internal override ParameterValue ValueAt(long place) => Choices[(int)place];

    /// <summary>The place of the choice that owns this code.</summary>
    internal int IndexAt(double code)
    {
        var at = Array.BinarySearch(_edges, code);
        return Math.Clamp(at >= 0 ? at : ~at - 1, 0, Choices.Length - 1);
    }

    private protected override ParameterValue Canonical(ParameterValue value) => value;

    private protected override ParameterValue Value(double code) => Choices[IndexAt(code)];

    private static double[] EdgesOf(ImmutableArray<ParameterValue> choices, ImmutableArray<double> weights)
    {
        Check(choices, weights);
        var edges = new double[choices.Length + 1];
        var total = weights.IsDefault ? choices.Length : weights.Sum();
        var sum = 0.0;
        for (var i = 0; i < choices.Length; i++)
        {
            edges[i] = sum / total;
            sum += weights.IsDefault ? 1 : weights[i];
        }

        edges[^1] = 1;
        return edges;
    }

    private static ImmutableArray<double> Normalized(
        ImmutableArray<ParameterValue> choices,
        ImmutableArray<double> weights
    )
    {
        if (weights.IsDefault)
            return [.. Enumerable.Repeat(1.0 / choices.Length, choices.Length)];
        var sum = weights.Sum();
        return weights.All(weight => weight == weights[0])
            ? [.. Enumerable.Repeat(1.0 / choices.Length, choices.Length)]
            : Math.Abs(sum - 1) < 1e-12 ? weights // normalised before: they stay as they are
            : [.. weights.Select(weight => weight / sum)];
    }

    private static void Check(ImmutableArray<ParameterValue> choices, ImmutableArray<double> weights)
    {
        if (choices.IsDefaultOrEmpty)
            throw new ArgumentException("A categorical distribution needs at least one choice, and has none.");
        var seen = new HashSet<ParameterValue>();
        foreach (var choice in choices)
        {
            if (!seen.Add(choice))
                throw new ArgumentException($"A categorical distribution lists {choice} twice; list each choice once.");
        }

        if (weights.IsDefault)
            return;
        if (weights.Length != choices.Length)
            throw new ArgumentException(
                $"A categorical distribution has {choices.Length} choices and {weights.Length} weights; give one each."
            );
        var sum = weights.Sum();
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= RarestShare * sum) || !(weights[i] > 0) || !double.IsFinite(sum))
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"A categorical distribution gives {choices[i]} the weight {weights[i]:R} of {sum:R}; weights "
                    ) + $"are finite and at least {RarestShare} of all: drop a choice that is never to be drawn."
                );
        }
    }
}
