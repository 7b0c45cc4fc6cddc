using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>What a worker must have to train a sweep's trials, and what each rank takes of it.</summary>
public sealed record ResourceSpec
{
    /// <summary>Labels that a worker must all carry, such as <c>gpu=a100</c>. Default: none.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Processor cores of each rank, at least 0; fractions allowed. Default 0: slots alone count.</summary>
    public double Cores
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Cores));
            field = value;
        }
    }

    /// <summary>Memory of each rank in MiB, at least 0. Default 0: it is not counted.</summary>
    public int MemoryMiB
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MemoryMiB));
            field = value;
        }
    }

    /// <summary>
    /// Accelerators of each rank, at least 0; null, the default, for one where <c>training.device</c> names a kind of
    /// them, and none otherwise.
    /// </summary>
    public int? Accelerators
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(Accelerators));
            field = value;
        }
    }

    /// <summary>How the number of ranks follows the room; null, the default, for as many as the sweep says.</summary>
    public ElasticSpec? Elastic { get; init; }

    /// <inheritdoc/>
    public bool Equals(ResourceSpec? other) =>
        other is not null && Elastic == other.Elastic && Labels.SequenceEqual(other.Labels)
        && Cores == other.Cores && MemoryMiB == other.MemoryMiB && Accelerators == other.Accelerators;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Labels.Length, Cores, MemoryMiB, Accelerators);

    /// <summary>What each rank of a sweep takes.</summary>
    internal static ResourceVector OfRank(SweepSpec spec)
    {
        var device = (spec.Program as ModelProgram)?.Training.Device.Kind;
        return new ResourceVector
        {
            Cores = spec.Resources.Cores,
            MemoryBytes = (long)spec.Resources.MemoryMiB << 20,
            Accelerators = spec.Resources.Accelerators ?? (device is "cuda" or "opencl" ? 1 : 0),
        };
    }
}
