namespace TuneGraph.Search;

/// <summary>
/// The values that a parameter can take. A closed family: <see cref="FloatDistribution"/>,
/// <see cref="IntDistribution"/>, <see cref="ShapedDistribution"/>, <see cref="CategoricalDistribution"/>. Immutable;
/// compared by content.
/// </summary>
/// <remarks>
/// All samplers see a value as one number, its code in [0, 1]: the share of the distribution that lies below it. So a
/// uniform code is a fair draw. A continuous range covers [0, 1] from end to end; each value of a finite distribution
/// owns a cell of it, as wide as it is probable, and its code is the middle of its cell. (A stepped range has cells of
/// equal width; a choice one by its weight; an integer x on a logarithmic scale that from ln(x - ½) to ln(x + ½), and
/// its code is at ln x.)
/// </remarks>
public abstract record Distribution
{
    private protected Distribution() { }

    /// <summary>How many different values there are; null for a continuous range of more than one value.</summary>
    public abstract long? Cardinality { get; }

    /// <summary>
    /// Whether codes that are close stand for values that are alike; false for a choice without an order.
    /// </summary>
    public bool HasOrder => this is not CategoricalDistribution { Ordered: false };

    /// <summary>
    /// Whether the value is one of this distribution's; integers count as floats where floats are asked for.
    /// </summary>
    public abstract bool Contains(ParameterValue value);

    /// <summary>
    /// The value in this distribution's own kind and grid: 1 becomes 1.0 in a float range, and 0.30000000000000004
    /// becomes 0.3 on a grid of tenths.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of this distribution's.</exception>
    public ParameterValue Coerce(ParameterValue value) => Contains(value) ? Canonical(value) : throw Foreign(value);

    /// <summary>The value's code (see the remarks of <see cref="Distribution"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of this distribution's.</exception>
    public double Encode(ParameterValue value) => Contains(value) ? Code(value) : throw Foreign(value);

    /// <summary>
    /// The value at a code: the inverse of <see cref="Encode"/>, exact where <see cref="Cardinality"/> is finite. Codes
    /// outside [0, 1] give the value at that end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is not a number.</exception>
    public ParameterValue Decode(double code)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(code), true, nameof(code));
        return Value(code);
    }

    /// <summary>The code of a value that is known to be one of this distribution's.</summary>
    internal abstract double Code(ParameterValue contained);

    /// <summary>The range of codes that decode to the same value as this one; empty for a continuous range.</summary>
    internal abstract (double Low, double High) Cell(double code);

    /// <summary>
    /// The value at a place among the <see cref="Cardinality"/> in rising order; only where that is finite.
    /// </summary>
    internal abstract ParameterValue ValueAt(long place);

    private protected abstract ParameterValue Canonical(ParameterValue value);

    private protected abstract ParameterValue Value(double code);

    private ArgumentOutOfRangeException Foreign(ParameterValue value) =>
        new(nameof(value), $"The value {value} ({value.Kind}) is not one of: {this}.");
}
