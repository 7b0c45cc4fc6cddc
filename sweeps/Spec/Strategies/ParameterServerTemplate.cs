using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Parameter servers; see <see cref="ParameterServerStrategy"/>, whose defaults these are.</summary>
public sealed record ParameterServerTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.ParameterServer;

    /// <summary>What workers wait for. Default: each other.</summary>
    public Knob<ParameterServerMode> Mode { get; init; } = ParameterServerMode.Sync;

    /// <summary>Steps that the fastest worker may be ahead with SSP, at least 0. Default 3.</summary>
    public Knob<int> Staleness { get; init; } = 3;

    /// <summary>Whether late gradients of the mode async count less. Default true.</summary>
    public Knob<bool> StalenessAware { get; init; } = true;

    /// <summary>Steps between two fetches with Downpour, at least 1. Default 1.</summary>
    public Knob<int> FetchEvery { get; init; } = 1;

    /// <summary>Steps between two pushes with Downpour, at least 1. Default 1.</summary>
    public Knob<int> PushEvery { get; init; } = 1;

    /// <summary>In which order workers are done. Default: at random.</summary>
    public Knob<ArrivalOrder> Order { get; init; } = ArrivalOrder.Random;

    /// <summary>Slowest gradients of a step that are dropped, at least 0; only with sync. Default 0.</summary>
    public Knob<int> BackupWorkers { get; init; } = 0;

    /// <inheritdoc/>
    public override ParameterServerStrategy In(Configuration configuration) => new()
    {
        Mode = Mode.In(configuration),
        Staleness = Staleness.In(configuration),
        StalenessAware = StalenessAware.In(configuration),
        FetchEvery = FetchEvery.In(configuration),
        PushEvery = PushEvery.In(configuration),
        Order = Order.In(configuration),
        BackupWorkers = BackupWorkers.In(configuration),
    };

    internal override IEnumerable<string?> References =>
    [
        Mode.Parameter, Staleness.Parameter, StalenessAware.Parameter, FetchEvery.Parameter, PushEvery.Parameter,
        Order.Parameter, BackupWorkers.Parameter,
    ];
}
