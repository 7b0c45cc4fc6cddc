namespace TuneGraph.Training;

/// <summary>How one model is trained.</summary>
public sealed record TrainingSpec
{
    /// <summary>The model.</summary>
    public required MlpSpec Model { get; init; }

    /// <summary>The optimizer.</summary>
    public required OptimizerSpec Optimizer { get; init; }

    /// <summary>The loss. Default: the one that fits the data's task. Any other choice is refused.</summary>
    public LossKind Loss { get; init; } = LossKind.Auto;

    /// <summary>Passes over the train split in a whole training, at least 1.</summary>
    public required int Epochs { get; init => field = AtLeastOne(nameof(Epochs), value); }

    /// <summary>
    /// Samples per step over all ranks together, at least 1; the last step of an epoch takes what is left. Above the
    /// number of train rows it means all of them.
    /// </summary>
    public required int BatchSize { get; init => field = AtLeastOne(nameof(BatchSize), value); }

    /// <summary>Decides initial weights, the order of samples and dropout. Default: 0.</summary>
    public ulong Seed { get; init; }

    private static int AtLeastOne(string name, int value) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "It must be at least 1.");
}
