using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// How the ranks make one gradient of theirs, after the passes over which a step's samples are spread. One step: for
/// each pass <see cref="Begin"/>, the network's step, <see cref="End"/>; then <see cref="Gradient"/> is the ranks' sum.
/// </summary>
internal abstract class GradientExchange<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the optimizer takes: an arena or, with <see cref="Shards"/>, this rank's pieces of one.</summary>
    public abstract DeviceArray<T> Gradient { get; }

    /// <summary>Which elements this rank updates; null for all.</summary>
    public virtual ShardPlan? Shards => null;

    /// <summary>What must be in a checkpoint besides parameters and optimizer; null if nothing.</summary>
    public virtual ResidualState? Residuals => null;

    /// <summary>Bytes of gradients and what the exchange needs besides.</summary>
    public abstract long Bytes { get; }

    /// <summary>What this rank has sent so far, over whichever connections.</summary>
    public abstract TrafficCounters Traffic { get; }

    /// <summary>The one that a training asks for.</summary>
    /// <param name="spec">How.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="network">Made with the <see cref="ShardingOf"/> of the same settings.</param>
    /// <param name="passes">Over which a step's samples are spread.</param>
    public static GradientExchange<T> Of(ExchangeSpec spec, ProcessGroup group, Network<T> network, int passes)
    {
        // Values on a device must be fetched first, all at once.
        var overlaps = IsHost(network.Kernels) && (spec.Overlap == OverlapMode.Always
            || (spec.Overlap == OverlapMode.Auto && !group.SharesMemory));
        if (group.WorldSize == 1)
            return new WholeExchange<T>(group, network, passes);
        if (network.Windows is { } windows)
            return new WindowExchange<T>(spec, group, network, windows, passes, overlaps);
        if (overlaps || spec.Zero > 0 || spec.Compression.Kind != CompressionKind.None)
            return new BucketExchange<T>(spec, group, network, passes, overlaps);
        return new WholeExchange<T>(group, network, passes);
    }

    /// <summary>How a network must be laid out for it.</summary>
    /// <exception cref="ArgumentException">Gradients on a device cannot be divided.</exception>
    public static unsafe ShardingOptions? ShardingOf(ExchangeSpec spec, ProcessGroup group, Kernels<T> kernels)
    {
        if (spec.Zero == 0 || group.WorldSize == 1)
            return null;
        if (spec.Zero == 2 && !IsHost(kernels))
        {
            throw new ArgumentException(
                "Gradients are divided (zero: 2) on the processor only; on a device use zero: 1.", nameof(spec));
        }
        return new ShardingOptions(Panels<T>.Width * group.WorldSize, spec.Zero == 2, spec.BucketBytes / sizeof(T));
    }

    private static bool IsHost(Kernels<T> kernels) => kernels.KeepsPanels;

    /// <summary>
    /// What this rank's part of the gradient is multiplied by, so that the ranks' parts come to a sum.
    /// </summary>
    public virtual double WeightAt(long step) => 1;

    /// <summary>Before a pass.</summary>
    /// <param name="pass">From 0.</param>
    /// <param name="step">Optimizer steps taken so far.</param>
    public abstract void Begin(int pass, long step);

    /// <summary>After a pass; after the last, the ranks' sum is there.</summary>
    public abstract void End(int pass);

    public abstract void Dispose();
}
