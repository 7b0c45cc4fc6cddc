namespace TuneGraph.Training;

/// <summary>
/// Parameter servers: every rank is a worker, and the server of its share of the parameters. Gradients arrive in an
/// order that is drawn from the seed, so that a run can be repeated bit for bit; ranks compute while others push, but
/// one that is slower than the order says is waited for at its turn, unless the order is
/// <see cref="ArrivalOrder.Live"/>. Workers meet at the end of every epoch. The servers' optimizer is SGD or Adagrad.
/// </summary>
public sealed record ParameterServerStrategy : TrainingStrategy
{
    /// <summary>What workers wait for. Default: each other.</summary>
    public ParameterServerMode Mode { get; init => field = Known(nameof(Mode), value); } = ParameterServerMode.Sync;

    /// <summary>Steps that the fastest worker may be ahead of the slowest (s) with SSP, at least 0. Default:
    /// 3.</summary>
    public int Staleness { get; init => field = AtLeast(nameof(Staleness), value, 0); } = 3;

    /// <summary>Whether late gradients of the mode async count less. Default: true.</summary>
    public bool StalenessAware { get; init; } = true;

    /// <summary>Steps between two fetches with Downpour, at least 1. Default: 1.</summary>
    public int FetchEvery { get; init => field = AtLeast(nameof(FetchEvery), value, 1); } = 1;

    /// <summary>Steps between two pushes with Downpour, at least 1. Default: 1.</summary>
    public int PushEvery { get; init => field = AtLeast(nameof(PushEvery), value, 1); } = 1;

    /// <summary>In which order workers are done. Default: at random.</summary>
    public ArrivalOrder Order { get; init => field = Known(nameof(Order), value); } = ArrivalOrder.Random;

    /// <summary>
    /// Backup workers (Chen et al. 2016, arXiv:1604.00981): every step goes on without the so many slowest gradients,
    /// which are dropped; the others count for them. Only with <see cref="ParameterServerMode.Sync"/>; at least 0,
    /// below the number of ranks. Default: 0. Who is slow is measured: two runs differ.
    /// </summary>
    public int BackupWorkers { get; init => field = AtLeast(nameof(BackupWorkers), value, 0); }

    /// <summary>How many steps a worker may be ahead of the slowest as it begins one.</summary>
    internal int MostAhead => Mode == ParameterServerMode.Ssp ? Staleness : int.MaxValue;

    /// <summary>Whether a worker fetches after so many steps of its own; else it goes on with what it has.</summary>
    internal bool Fetches(int steps) => Mode != ParameterServerMode.Downpour || steps % FetchEvery == 0;

    /// <summary>Whether a worker pushes after so many steps of its own; else it gathers.</summary>
    internal bool Pushes(int steps) => Mode != ParameterServerMode.Downpour || steps % PushEvery == 0;

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) =>
        spec.Optimizer.Kind is not (OptimizerKind.Sgd or OptimizerKind.Adagrad)
            ? $"The servers of the strategy parameter-server step by sgd or adagrad, not {spec.Optimizer.Kind}."
        : spec.Optimizer is not { ClipNorm: 0, ClipValue: 0, Nesterov: false }
            ? "The servers of the strategy parameter-server see one share of a gradient each; they cannot clip it, and "
                + "know no Nesterov momentum."
        : Mode == ParameterServerMode.Hogwild && spec.Optimizer is not { Kind: OptimizerKind.Sgd, Momentum: 0 }
            ? "Hogwild steps by sgd with a momentum of 0."
        : BackupWorkers > 0 && Mode != ParameterServerMode.Sync
            ? $"Backup workers are for the mode Sync; {Mode} waits for nobody every step. Make backupWorkers 0."
        : spec.Accumulation > 1
            ? "The strategy parameter-server spreads no step over several passes; make accumulation 1."
        : null;
}
