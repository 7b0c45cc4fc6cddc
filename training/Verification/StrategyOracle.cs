using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Computes the first epoch of a strategy once more, by other means where theory knows some.</summary>
internal sealed record StrategyOracle
{
    private StrategyOracle(string name, int worldSize, TrainingStrategy? strategy) =>
        (Name, WorldSize, Strategy) = (name, worldSize, strategy);

    /// <summary>Who it is, for people.</summary>
    public string Name { get; }

    /// <summary>Its ranks.</summary>
    public int WorldSize { get; }

    /// <summary>Its strategy; null for synchronous data-parallel descent.</summary>
    public TrainingStrategy? Strategy { get; }

    /// <summary>The oracle of a strategy; null where two runs differ.</summary>
    public static StrategyOracle? For(TrainingSpec spec, int worldSize) => spec.Strategy switch
    {
        ParameterServerStrategy { Mode: ParameterServerMode.Hogwild } => null,
        ParameterServerStrategy { BackupWorkers: > 0 } => null,
        ParameterServerStrategy { Order: ArrivalOrder.Live, Mode: not ParameterServerMode.Sync } => null,
        ParameterServerStrategy { Mode: ParameterServerMode.Sync } =>
            new StrategyOracle("one rank alone", 1, null),
        ModelAverageStrategy { LocalSteps: 1, Rule: ModelAverageRule.Mean, ResetOptimizer: not true }
            when spec.Optimizer is { Kind: OptimizerKind.Sgd, Momentum: 0, ClipNorm: 0, ClipValue: 0 } =>
            new StrategyOracle("one rank alone", 1, null),
        PipelineStrategy or TensorStrategy or MixedStrategy => new StrategyOracle("one rank alone", 1, null),
        KMeansStrategy or FederatedStrategy => new StrategyOracle("one rank alone", 1, spec.Strategy),
        _ => new StrategyOracle("the same ranks as threads of one process", worldSize, spec.Strategy),
    };

    /// <summary>The model's tensors after the first epoch from where the training starts.</summary>
    public IReadOnlyList<SafeTensor> FirstEpoch<T>(TrainingInput input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var epoch = (input.Start?.FinishedEpochs ?? 0) + 1;
        var spec = input.Spec with { Verification = null, Strategy = Strategy };
        // Data-parallel descent cannot take up a checkpoint of servers or local steps: it begins at the beginning.
        var fits = Strategy is not null || input.Start?.Fingerprint == input.Fingerprint<T>();
        var start = fits ? input.Start : null;
        var checkpoints = new Checkpoint[WorldSize];
        var groups = InProcessGroup.Create(WorldSize);
        var tasks = groups.Select((group, rank) => new Task(() =>
        {
            using (group)
            {
                checkpoints[rank] = Trainer.Run<T>(
                    spec, () => new TrainingInput(spec, input.Train, null, start, epoch), group,
                    _ => EpochVerdict.Continue, CancellationToken.None).Checkpoint;
            }
        }, TaskCreationOptions.LongRunning)).ToArray();
        foreach (var task in tasks)
            task.Start(TaskScheduler.Default);
        Task.WaitAll(tasks);
        return checkpoints[0].OwnTensors();
    }
}
