using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Trains a model: by synchronous data-parallel stochastic gradient descent, unless the specification names another
/// strategy.
/// </summary>
/// <remarks>
/// Every rank of the group calls the same method on its own thread, with equal arguments. A batch is divided into one
/// contiguous part per rank, so that the gradient is that of the whole batch whatever the world size; order of samples,
/// first weights and dropout masks are the same bits at any world size. The same arguments and world size give the same
/// bits on processors of one kind.
/// </remarks>
public static class Trainer
{
    /// <summary>Trains on a table's train split and validates on its validation split.</summary>
    /// <param name="spec">Model, optimizer and batch size.</param>
    /// <param name="data">The table.</param>
    /// <param name="group">The ranks that train together; a group of one trains alone.</param>
    /// <param name="start">Where to go on; null starts anew.</param>
    /// <param name="untilEpoch">
    /// The last epoch to run, counted from 1 over all segments: from the start's epochs to the spec's, inclusive.
    /// </param>
    /// <param name="onEpoch">Called after every epoch, on rank 0 only; its answer holds for all ranks.</param>
    /// <param name="cancellationToken">Ends the training between two steps, for all ranks.</param>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="CollectiveAbortedException">Another rank gave up.</exception>
    /// <exception cref="OperationCanceledException">This rank's token was cancelled.</exception>
    /// <exception cref="ArgumentException">Specification, data and checkpoint do not fit together.</exception>
    /// <exception cref="InvalidDataException">The checkpoint lacks a tensor.</exception>
    public static TrainingResult Train(
        TrainingSpec spec,
        TabularData data,
        ProcessGroup group,
        Checkpoint? start,
        int untilEpoch,
        Func<EpochReport, EpochVerdict> onEpoch,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Train(spec, data.Train, data.Validation, group, start, untilEpoch, onEpoch, cancellationToken);
    }

    /// <summary>Trains on one data set and validates on another, or on none.</summary>
    /// <param name="spec">Model, optimizer and batch size.</param>
    /// <param name="train">Rows to train on, at least one.</param>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="group">The ranks that train together; a group of one trains alone.</param>
    /// <param name="start">Where to go on; null starts anew.</param>
    /// <param name="untilEpoch">The last epoch to run, from 1, over all segments.</param>
    /// <param name="onEpoch">Called after every epoch, on rank 0 only; its answer holds for all ranks.</param>
    /// <param name="cancellationToken">Ends the training between two steps, for all ranks.</param>
    /// <exception cref="TrainingDivergedException">A loss is no longer finite.</exception>
    /// <exception cref="CollectiveAbortedException">Another rank gave up.</exception>
    /// <exception cref="OperationCanceledException">This rank's token was cancelled.</exception>
    /// <exception cref="ArgumentException">Specification, data and checkpoint do not fit together.</exception>
    /// <exception cref="InvalidDataException">The checkpoint lacks a tensor.</exception>
    public static TrainingResult Train(
        TrainingSpec spec,
        Dataset train,
        Dataset? validation,
        ProcessGroup group,
        Checkpoint? start,
        int untilEpoch,
        Func<EpochReport, EpochVerdict> onEpoch,
        CancellationToken cancellationToken = default) =>
        Run<float>(
            spec, () => new TrainingInput(spec, train, validation, start, untilEpoch), group, onEpoch,
            cancellationToken);

    /// <summary>
    /// The same in float64, several times slower: for checking the arithmetic, or a suspicion about rounding. Its
    /// checkpoints hold float64 and only fit float64 trainings; its models are float32 like all.
    /// </summary>
    /// <param name="spec">Model, optimizer and batch size.</param>
    /// <param name="train">Rows to train on, at least one.</param>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="group">The ranks that train together; a group of one trains alone.</param>
    /// <param name="start">Where to go on; null starts anew.</param>
    /// <param name="untilEpoch">The last epoch to run, from 1, over all segments.</param>
    /// <param name="onEpoch">Called after every epoch, on rank 0 only; its answer holds for all ranks.</param>
    /// <param name="cancellationToken">Ends the training between two steps, for all ranks.</param>
    public static TrainingResult TrainInDouble(
        TrainingSpec spec,
        Dataset train,
        Dataset? validation,
        ProcessGroup group,
        Checkpoint? start,
        int untilEpoch,
        Func<EpochReport, EpochVerdict> onEpoch,
        CancellationToken cancellationToken = default) =>
        Run<double>(
            spec, () => new TrainingInput(spec, train, validation, start, untilEpoch), group, onEpoch,
            cancellationToken);

    /// <summary>Trains one rank's part; whatever goes wrong there ends the other ranks too.</summary>
    internal static TrainingResult Run<T>(
        TrainingSpec spec, Func<TrainingInput> input, ProcessGroup group, Func<EpochReport, EpochVerdict> onEpoch,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(onEpoch);
        try
        {
            return spec.Strategy switch
            {
                null => TrainingRun<T>.Run(input(), group, onEpoch, cancellationToken),
                AutoStrategy => AutoTraining<T>.Run(input(), group, onEpoch, cancellationToken),
                _ => StrategyRun.Run<T>(input(), group, onEpoch, cancellationToken),
            };
        }
        catch (CollectiveAbortedException)
        {
            throw;
        }
        catch (Exception e)
        {
            group.Abort(e is OperationCanceledException ? "The training was cancelled." : e.Message);
            throw;
        }
    }
}
