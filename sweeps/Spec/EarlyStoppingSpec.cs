using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// When a trial of a built-in model ends by itself: it is then completed, with the values of its last epoch.
/// </summary>
/// <param name="Patience">Epochs without a new best that are waited for, at least 1.</param>
/// <param name="MinDelta">By how much a value must be better than the best to count; at least 0.</param>
/// <param name="Metric">The metric that decides; null for that of the first objective.</param>
public sealed record EarlyStoppingSpec(int Patience, double MinDelta = 0, string? Metric = null)
{
    /// <summary>Epochs without a new best that are waited for.</summary>
    public int Patience { get; init; } = Patience >= 1
        ? Patience
        : throw new ArgumentOutOfRangeException(nameof(Patience), Patience, "It must be at least 1.");

    /// <summary>The metric that decides.</summary>
    public string? Metric { get; init; } = Metric is null || StepMetrics.Names.Contains(Metric)
        ? Metric
        : throw new ArgumentOutOfRangeException(
            nameof(Metric), Metric, $"It must be one of {string.Join(", ", StepMetrics.Names)}.");

    /// <summary>By how much a value must be better than the best to count.</summary>
    public double MinDelta { get; init; } = MinDelta >= 0 && double.IsFinite(MinDelta)
        ? MinDelta
        : throw new ArgumentOutOfRangeException(nameof(MinDelta), MinDelta, "It must be finite and at least 0.");

    /// <summary>
    /// Why a trial ends after the last step of its curve; null while it goes on. A function of the curve alone, and so
    /// the same after a crash.
    /// </summary>
    internal string? WhyAfter(IEnumerable<StepRecord> curve, string objective)
    {
        var metric = Metric ?? objective;
        var stopping = new EarlyStopping(Patience, MinDelta, StepMetrics.Better(metric) == Direction.Maximize);
        var (verdict, last) = (EpochVerdict.Continue, 0);
        foreach (var record in curve)
            (verdict, last) = (stopping.After(record.Step, record.Metrics?[metric] ?? double.NaN), record.Step);
        return verdict == EpochVerdict.Stop
            ? $"stopped early: {metric} was best at step {stopping.BestEpoch}, {last - stopping.BestEpoch} steps before"
            : null;
    }
}
