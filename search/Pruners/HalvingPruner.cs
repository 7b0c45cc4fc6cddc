namespace TuneGraph.Search;

/// <summary>
/// Asynchronous successive halving: at rungs whose steps grow by the reduction factor η, about one trial in η goes up.
/// Which one that is, each member of the family decides by an order of its own.
/// </summary>
public abstract class HalvingPruner : Pruner
{
    private protected HalvingPruner(SuccessiveHalvingOptions? options) => Options = options ?? new();

    /// <summary>The settings.</summary>
    public SuccessiveHalvingOptions Options { get; }

    /// <inheritdoc/>
    public sealed override Pruner Stopping =>
        Options.Mode == HalvingMode.Stop ? this : With(Options with { Mode = HalvingMode.Stop });

    /// <inheritdoc/>
    public sealed override int? Promote(StudyHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Options.Mode == HalvingMode.Stop ? null : NextPromotion(history);
    }

    /// <inheritdoc/>
    public override int? NextRung(int step, int maxResource) =>
        Ladder.Next(step, maxResource, Options.MinResource, Options.ReductionFactor);

    private protected abstract Pruner With(SuccessiveHalvingOptions options);

    /// <summary>The paused trial that has earned the next rung; null for none.</summary>
    private protected abstract int? NextPromotion(StudyHistory history);
}
