using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>How many ranks divide what: the batch, the list of layers, each layer.</summary>
/// <param name="Data">Groups with a part of the batch each.</param>
/// <param name="Pipeline">Stages of each group.</param>
/// <param name="Tensor">Ranks of each stage.</param>
internal sealed record MeshSpec(int Data, int Pipeline, int Tensor)
{
    public PipelineSchedule Schedule { get; init; } = PipelineSchedule.OneForwardOneBackward;

    /// <summary>Parts of a group's part of the batch; 0 for the training's accumulation.</summary>
    public int MicroBatches { get; init; }

    public bool Recompute { get; init; }

    /// <summary>Layers of each stage; empty for stages of equal work.</summary>
    public ImmutableArray<int> Stages { get; init; } = [];

    /// <summary>What strategies on a mesh cannot do; null if nothing of that is asked for.</summary>
    public static string? WhyNot(TrainingSpec spec, string strategy) => spec.Exchange switch
    {
        { Zero: > 0 } => $"The strategy {strategy} does not divide the optimizer besides (zero: {spec.Exchange.Zero}); "
            + "make zero 0, or train with data.",
        { Compression.Kind: not CompressionKind.None } => $"The strategy {strategy} exchanges exact gradients; turn "
            + $"{spec.Exchange.Compression.Kind} compression off, or train with data.",
        _ => null,
    };

    /// <summary>What ranks that divide layers cannot do.</summary>
    public static string? WhyNotDivided(TrainingSpec spec, string strategy) => spec.Optimizer.Kind == OptimizerKind.Lamb
        ? $"Lamb scales a tensor's step by the norm of the whole tensor, which no rank of the strategy {strategy} has; "
            + "use AdamW."
        : null;
}
