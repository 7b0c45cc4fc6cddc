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

    /// <summary>
    /// While a study of higher priority has a trial that fits, none of this one starts; what runs goes on to the end of
    /// its segment. From -1000 to 1000; default 0.
    /// </summary>
    public int Priority
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, -1000, nameof(Priority));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000, nameof(Priority));
            field = value;
        }
    }

    /// <summary>
    /// The study's weight among those of its priority that want slots at the same time: slot-seconds are divided in
    /// proportion. Above 0; default 1.
    /// </summary>
    public double Share
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Share));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, double.MaxValue, nameof(Share));
            field = value;
        }
    } = 1;

    /// <summary>Most slots that the study takes at once, at least 1; null, the default, for no limit.</summary>
    public int? Quota
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(Quota));
            field = value;
        }
    }

    /// <summary>Whether it asks nothing of a worker but a slot.</summary>
    internal bool IsPlain => Labels.IsEmpty && Cores == 0 && MemoryMiB == 0 && Accelerators is null && Elastic is null;

    /// <inheritdoc/>
    public bool Equals(ResourceSpec? other) =>
        other is not null && Elastic == other.Elastic && Labels.SequenceEqual(other.Labels)
        && Cores == other.Cores && MemoryMiB == other.MemoryMiB && Accelerators == other.Accelerators
        && Priority == other.Priority && Share == other.Share && Quota == other.Quota;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(
        Labels.Length, Cores, MemoryMiB, Accelerators, Priority, Share, Quota);

    /// <summary>How many slots each trial of a sweep takes at once, at least.</summary>
    internal static int LeastSlotsOf(SweepSpec spec) =>
        spec.Resources.Elastic?.Min ?? (spec.Program as ModelProgram)?.Training.Parallel.WorldSize ?? 1;

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
