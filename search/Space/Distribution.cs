namespace TuneGraph.Search;

/// <summary>
/// The values that a parameter can take. A closed family: <see cref="FloatDistribution"/>,
/// <see cref="IntDistribution"/>, <see cref="CategoricalDistribution"/>. Immutable; compared by content.
/// </summary>
/// <remarks>
/// All samplers see a value as one number, its code. Numeric distributions use [0, 1], on the logarithmic scale where
/// <c>Log</c> is set: a continuous range covers it from end to end, and each value of a stepped range owns a cell of
/// it (cells of equal width, or from ln(x - ½) to ln(x + ½) on a logarithmic scale), so that a uniform code is a fair
/// draw. A categorical value's code is its index.
/// </remarks>
public abstract record Distribution
{
    private protected Distribution()
    {
    }

    /// <summary>How many different values there are; null for a continuous range of more than one value.</summary>
    public abstract long? Cardinality { get; }

    /// <summary>
    /// Whether the value is one of this distribution's; integers count as floats where floats are asked for.
    /// </summary>
    public abstract bool Contains(ParameterValue value);

    /// <summary>
    /// The value in this distribution's own kind and grid: 1 becomes 1.0 in a float range, and 0.30000000000000004
    /// becomes 0.3 on a grid of tenths.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of this distribution's.</exception>
    public ParameterValue Coerce(ParameterValue value) => Contains(value)
        ? Canonical(value)
        : throw Foreign(value);

    /// <summary>The value's code (see the remarks of <see cref="Distribution"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of this distribution's.</exception>
    public double Encode(ParameterValue value) => Contains(value) ? Code(value) : throw Foreign(value);

    /// <summary>
    /// The value at a code: the inverse of <see cref="Encode"/>, exact for stepped and categorical distributions.
    /// Codes outside the range give the value at its end.
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

    private protected abstract ParameterValue Canonical(ParameterValue value);

    private protected abstract ParameterValue Value(double code);

    private ArgumentOutOfRangeException Foreign(ParameterValue value) =>
        new(nameof(value), $"The value {value} ({value.Kind}) is not one of: {this}.");
}
