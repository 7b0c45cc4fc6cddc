using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A pipeline of as many stages as ranks; see <see cref="PipelineStrategy"/>, whose defaults these are.
/// </summary>
public sealed record PipelineTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.Pipeline;

    /// <summary>The order of passes. Default: one forward, one backward.</summary>
    public Knob<PipelineSchedule> Schedule { get; init; } = PipelineSchedule.OneForwardOneBackward;

    /// <summary>Parts of a batch, at least 1. Default 8.</summary>
    public Knob<int> MicroBatches { get; init; } = 8;

    /// <summary>Whether values are computed again instead of kept. Default false.</summary>
    public Knob<bool> Recompute { get; init; } = false;

    /// <summary>Layers of each stage; empty, the default, for stages of equal work.</summary>
    public ImmutableArray<int> Stages { get; init; } = [];

    /// <inheritdoc/>
    public override PipelineStrategy In(Configuration configuration) => new()
    {
        Schedule = Schedule.In(configuration),
        MicroBatches = MicroBatches.In(configuration),
        Recompute = Recompute.In(configuration),
        Stages = Stages,
    };

    internal override IEnumerable<string?> References =>
        [Schedule.Parameter, MicroBatches.Parameter, Recompute.Parameter];
}
