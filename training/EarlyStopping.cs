namespace TuneGraph.Training;

/// <summary>
/// Tells when a training no longer gets better: after so many epochs without a new best value of one metric. Meant for
/// the callback of <see cref="Trainer"/>: <c>report => stopping.After(report)</c>. Not thread-safe.
/// </summary>
/// <param name="patience">Epochs without a new best that are waited for, at least 1.</param>
/// <param name="minImprovement">By how much a value must be better than the best to count; at least 0.</param>
/// <param name="isLargerBetter">Whether large values are good, as of an accuracy. Default: small ones, as of a
/// loss.</param>
public sealed class EarlyStopping(int patience, double minImprovement = 0, bool isLargerBetter = false)
{
    private readonly int _patience = SettingRange.Whole(nameof(patience), patience, 1, int.MaxValue);
    private readonly double _minImprovement = minImprovement >= 0
        ? minImprovement
        : throw new ArgumentOutOfRangeException(nameof(minImprovement), minImprovement, "It must be at least 0.");

    /// <summary>The best value so far; before the first, the infinity that every value is better than.</summary>
    public double Best { get; private set; } = isLargerBetter ? double.NegativeInfinity : double.PositiveInfinity;

    /// <summary>The epoch of <see cref="Best"/>; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>
    /// Takes in the validation loss of an epoch's report, or the training loss where there is no validation set.
    /// </summary>
    /// <param name="report">The report; epochs come in order, after a resume again from where it begins.</param>
    public EpochVerdict After(EpochReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return After(report.Epoch, double.IsNaN(report.ValidationLoss) ? report.TrainLoss : report.ValidationLoss);
    }

    /// <summary>Takes in an epoch's value of whatever metric decides; NaN is never better.</summary>
    /// <param name="epoch">The epoch; they come in order, after a resume again from where it begins.</param>
    /// <param name="value">The value.</param>
    public EpochVerdict After(int epoch, double value)
    {
        var gain = isLargerBetter ? value - Best : Best - value;
        if (gain > _minImprovement || BestEpoch == 0)
            (Best, BestEpoch) = (value, epoch);
        return epoch - BestEpoch >= _patience ? EpochVerdict.Stop : EpochVerdict.Continue;
    }
}
