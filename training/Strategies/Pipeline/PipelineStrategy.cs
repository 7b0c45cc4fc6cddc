using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Synchronous descent by a pipeline: each rank has a stage, which is some consecutive layers, and hands values and
/// gradients of parts of the batch, the micro-batches, on to its neighbours. The same numbers as one rank whose
/// <see cref="TrainingSpec.Accumulation"/> is the number of micro-batches. With p stages and m micro-batches a share of
/// (p - 1) / (m + p - 1) of the time a stage is idle.
/// </summary>
public sealed record PipelineStrategy : TrainingStrategy
{
    /// <summary>The order of passes. Default: one forward, one backward.</summary>
    public PipelineSchedule Schedule { get; init => field = Known(nameof(Schedule), value); } =
        PipelineSchedule.OneForwardOneBackward;

    /// <summary>Parts of a batch, at least 1. Default: 8. Batch norm sees one at a time.</summary>
    public int MicroBatches { get; init => field = AtLeast(nameof(MicroBatches), value, 1); } = 8;

    /// <summary>
    /// Whether a stage keeps of a micro-batch its input only and computes its values again when the gradient comes: a
    /// third more work for a fraction of the memory (Chen et al. 2016, arXiv:1604.06174). Default: false.
    /// </summary>
    public bool Recompute { get; init; }

    /// <summary>
    /// Layers of each stage, in order; empty, the default, for stages of equal work. All layers of
    /// <see cref="ModelSpec.Layers"/> count, functions and dropout too.
    /// </summary>
    public ImmutableArray<int> Stages
    {
        get;
        init => field = value.IsDefault ? [] : value.All(count => count > 0)
            ? value
            : throw new ArgumentException("Every stage needs a layer.", nameof(Stages));
    } = [];

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) =>
        spec.Accumulation > 1
            ? $"The strategy pipeline spreads a batch over microBatches; accumulation is {spec.Accumulation}, make it "
                + "1."
            : MeshSpec.WhyNot(spec, "pipeline");

    /// <exception cref="ArgumentException">There are other stages than ranks.</exception>
    internal MeshSpec MeshOf(int worldSize) => Stages.IsEmpty || Stages.Length == worldSize
        ? new MeshSpec(1, worldSize, 1)
        {
            Schedule = Schedule,
            MicroBatches = MicroBatches,
            Recompute = Recompute,
            Stages = Stages,
        }
        : throw new ArgumentException($"The strategy pipeline lists {Stages.Length} stages for {worldSize} ranks; "
            + "it needs one for each.");
}
