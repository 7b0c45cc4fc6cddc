namespace TuneGraph.Training;

/// <summary>
/// Synchronous descent by a mesh of ranks: <see cref="Data"/> groups take a part of every batch each, in a group
/// <see cref="Pipeline"/> stages have some layers each (<see cref="PipelineStrategy"/>), and the layers of a stage are
/// divided among <see cref="Tensor"/> ranks (<see cref="TensorStrategy"/>). Rank = (data · pipeline + stage) · tensor +
/// part.
/// </summary>
public sealed record MixedStrategy : TrainingStrategy
{
    /// <summary>Groups that take a part of every batch each, at least 1. Default: 1.</summary>
    public int Data { get; init => field = AtLeast(nameof(Data), value, 1); } = 1;

    /// <summary>Stages, at least 1. Default: 1.</summary>
    public int Pipeline { get; init => field = AtLeast(nameof(Pipeline), value, 1); } = 1;

    /// <summary>Ranks that divide the layers of a stage, at least 1. Default: 1.</summary>
    public int Tensor { get; init => field = AtLeast(nameof(Tensor), value, 1); } = 1;

    /// <inheritdoc cref="PipelineStrategy.Schedule"/>
    public PipelineSchedule Schedule { get; init => field = Known(nameof(Schedule), value); } =
        PipelineSchedule.OneForwardOneBackward;

    /// <summary>Parts of a group's part of the batch, at least 1. Default: 8.</summary>
    public int MicroBatches { get; init => field = AtLeast(nameof(MicroBatches), value, 1); } = 8;

    /// <inheritdoc cref="PipelineStrategy.Recompute"/>
    public bool Recompute { get; init; }

    internal MeshSpec Mesh => new(Data, Pipeline, Tensor)
    {
        Schedule = Schedule,
        MicroBatches = MicroBatches,
        Recompute = Recompute,
    };

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) =>
        spec.Accumulation > 1
            ? $"The strategy mixed spreads a batch over microBatches; accumulation is {spec.Accumulation}, make it 1."
            : MeshSpec.WhyNot(spec, "mixed") ?? (Tensor > 1 ? MeshSpec.WhyNotDivided(spec, "mixed") : null);
}
