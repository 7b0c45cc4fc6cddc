using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A mesh of ranks; see <see cref="MixedStrategy"/>, whose defaults these are. Its three sizes multiply to
/// <see cref="ParallelSpec.WorldSize"/>.
/// </summary>
public sealed record MixedTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.Mixed;

    /// <summary>Groups that take a part of every batch each, at least 1. Default 1.</summary>
    public int Data { get; init; } = 1;

    /// <summary>Stages, at least 1. Default 1.</summary>
    public int Pipeline { get; init; } = 1;

    /// <summary>Ranks that divide the layers of a stage, at least 1. Default 1.</summary>
    public int Tensor { get; init; } = 1;

    /// <summary>The order of passes. Default: one forward, one backward.</summary>
    public Knob<PipelineSchedule> Schedule { get; init; } = PipelineSchedule.OneForwardOneBackward;

    /// <summary>Parts of a group's part of the batch, at least 1. Default 8.</summary>
    public Knob<int> MicroBatches { get; init; } = 8;

    /// <summary>Whether values are computed again instead of kept. Default false.</summary>
    public Knob<bool> Recompute { get; init; } = false;

    /// <summary>Ranks that it takes.</summary>
    public long Ranks => (long)Data * Pipeline * Tensor;

    /// <inheritdoc/>
    public override MixedStrategy In(Configuration configuration) => new()
    {
        Data = Data,
        Pipeline = Pipeline,
        Tensor = Tensor,
        Schedule = Schedule.In(configuration),
        MicroBatches = MicroBatches.In(configuration),
        Recompute = Recompute.In(configuration),
    };

    internal override IEnumerable<string?> References =>
        [Schedule.Parameter, MicroBatches.Parameter, Recompute.Parameter];
}
