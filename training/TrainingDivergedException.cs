namespace TuneGraph.Training;

/// <summary>A loss is no longer a finite number; the configuration is at fault, not the machine.</summary>
/// <param name="epoch">The epoch, from 1, whose loss is not finite.</param>
/// <param name="lossName">"training" or "validation".</param>
/// <param name="value">The loss: NaN or an infinity.</param>
public sealed class TrainingDivergedException(int epoch, string lossName, double value) : Exception(
    $"Training diverged: the {lossName} loss of epoch {epoch} is {value}. "
    + "A smaller learning rate or standardized features usually help.")
{
    /// <summary>The epoch, from 1, whose loss is not finite.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>The loss: NaN or an infinity.</summary>
    public double Value { get; } = value;
}
