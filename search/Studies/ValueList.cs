using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace TuneGraph.Search;

/// <summary>
/// What was measured, a number for each objective or for each constraint: immutable, and equal to another list of the
/// same numbers. A single number counts as a list of one, null and the default value as the empty list.
/// </summary>
[CollectionBuilder(typeof(ValueList), nameof(Of))]
public readonly struct ValueList : IReadOnlyList<double>, IEquatable<ValueList>
{
    private readonly double _first; // most lists have one number, and then nothing is allocated
    private readonly double[]? _rest; // null in the empty list

    private ValueList(double first, double[] rest) => (_first, _rest) = (first, rest);

    /// <summary>How many numbers there are.</summary>
    public int Length => _rest is null ? 0 : _rest.Length + 1;

    /// <inheritdoc/>
    int IReadOnlyCollection<double>.Count => Length;

    /// <summary>The number at a place, from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none at this place.</exception>
    public double this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
            return index == 0 ? _first : _rest![index - 1];
        }
    }

    /// <summary>These numbers in this order.</summary>
    public static ValueList Of(params ReadOnlySpan<double> values) =>
        values.IsEmpty ? default : new(values[0], values.Length == 1 ? [] : values[1..].ToArray());

    /// <summary>The number, or the empty list for null.</summary>
    public static ValueList FromNullable(double? value) => value is { } number ? Of(number) : default;

    /// <summary>A list of one.</summary>
    public static implicit operator ValueList(double value) => Of(value);

    /// <summary>A list of one, or the empty list for null.</summary>
    public static implicit operator ValueList(double? value) => FromNullable(value);

    /// <summary>Whether both hold the same numbers in the same order; NaN equals NaN.</summary>
    public static bool operator ==(ValueList left, ValueList right) => left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(ValueList left, ValueList right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(ValueList other) =>
        Length == other.Length && _first.Equals(other._first) && _rest.AsSpan().SequenceEqual(other._rest);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in this)
            hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>0.25, 17</c>, in the invariant culture and exact.</summary>
    public override string ToString() =>
        string.Join(", ", this.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>Goes through the numbers in order.</summary>
    public IEnumerator<double> GetEnumerator()
    {
        for (var i = 0; i < Length; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether every number is finite; true for the empty list.</summary>
    internal bool IsFinite
    {
        get
        {
            for (var i = 0; i < Length; i++)
            {
                if (!double.IsFinite(this[i]))
                    return false;
            }

            return true;
        }
    }
}
