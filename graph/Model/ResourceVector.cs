using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>Amounts of resources: what one rank of a task takes, or what a worker has. Compared by value.</summary>
/// <remarks>
/// Slots are counted apart: each rank takes one slot besides these. Amounts are kept to a thousandth.
/// </remarks>
public sealed record ResourceVector
{
    /// <summary>Nothing of anything.</summary>
    public static ResourceVector None { get; } = new();

    /// <summary>Processor cores; fractions allowed. Not negative; 0 by default.</summary>
    public double Cores
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(Cores)); field = value; }
    }

    /// <summary>Memory in bytes. Not negative; 0 by default.</summary>
    public long MemoryBytes
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(MemoryBytes)); field = value; }
    }

    /// <summary>Accelerators, for example GPUs. Not negative; 0 by default.</summary>
    public int Accelerators
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(Accelerators)); field = value; }
    }

    /// <summary>
    /// Abstract resources by name, for example <c>license = 1</c>. Only counted, never measured. Empty by default.
    /// </summary>
    public ImmutableSortedDictionary<string, double> Named
    {
        get;
        init
        {
            foreach (var (name, amount) in value)
                ArgumentOutOfRangeException.ThrowIfLessThan(amount, 0, name);
            field = value;
        }
    } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Whether every amount is zero.</summary>
    public bool IsNone => Cores == 0 && MemoryBytes == 0 && Accelerators == 0 && Named.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(ResourceVector? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Cores == other.Cores && MemoryBytes == other.MemoryBytes
            && Accelerators == other.Accelerators && Named.SequenceEqual(other.Named));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cores, MemoryBytes, Accelerators, Named.Count);
}
