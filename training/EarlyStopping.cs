namespace TuneGraph.Training;

/// <summary>
/// Tells when a training no longer gets better: after so many epochs without a new best validation loss. Meant for the
/// callback of <see cref="Trainer"/>: <c>report => stopping.After(report)</c>. Not thread-safe.
/// </summary>
/// <param name="patience">Epochs without a new best that are waited for, at least 1.</param>
/// <param name="minImprovement">How much lower than the best a loss must be to count; at least 0.</param>
public sealed class EarlyStopping(int patience, double minImprovement = 0)
{
    private readonly int _patience = SettingRange.Whole(nameof(patience), patience, 1, int.MaxValue);
    private readonly double _minImprovement = minImprovement >= 0
        ? minImprovement
        : throw new ArgumentOutOfRangeException(nameof(minImprovement), minImprovement, "It must be at least 0.");

    /// <summary>The lowest validation loss so far; infinity before the first.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>The epoch of <see cref="Best"/>; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Takes an epoch's report in; the training loss counts where there is no validation set.</summary>
    /// <param name="report">The report; epochs come in order, after a resume again from where it begins.</param>
    public EpochVerdict After(EpochReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var loss = double.IsNaN(report.ValidationLoss) ? report.TrainLoss : report.ValidationLoss;
        if (loss < Best - _minImprovement || BestEpoch == 0)
            (Best, BestEpoch) = (loss, report.Epoch);
        return report.Epoch - BestEpoch >= _patience ? EpochVerdict.Stop : EpochVerdict.Continue;
    }
}
