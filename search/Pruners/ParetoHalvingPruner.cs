namespace TuneGraph.Search;

/// <summary>
/// Asynchronous successive halving for several objectives, MO-ASHA (Schmucker, Donini, Zafar, Salinas and Archambeau,
/// "Multi-objective asynchronous successive halving", arXiv 2106.12639). It is <see cref="SuccessiveHalvingPruner"/>
/// with another order at the rungs: first the trials that no other dominates, then those that only they dominate, and
/// so on; within such a front each next one is the farthest from those before it (the paper's ε-net), so that what goes
/// up is spread over the whole front.
/// </summary>
/// <remarks>
/// With <see cref="HalvingMode.Stop"/> a trial goes on if it is among the best ⌊n/η⌋ of the n that have arrived, itself
/// included, or the best of all.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class ParetoHalvingPruner(SuccessiveHalvingOptions? options = null) : HalvingPruner(options)
{
    /// <inheritdoc/>
    public override string Name => "mo-asha";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        if (Rungs(history).ArrivedAt(trial.Number, step) is not { } rung)
            return PruneDecision.Continue;
        var (front, place) = rung.PlaceOf(trial.Number);
        var stops = Options.Mode == HalvingMode.Stop;
        var places = Math.Max(rung.Count / Options.ReductionFactor, stops ? 1 : 0);
        var verdict = place < places ? Verdict.Continue : stops ? Verdict.Stop : Verdict.Pause;
        return new(verdict, FormattableString.Invariant(
            $"rung {rung.Step}: front {front + 1} and rank {place + 1} of {rung.Count}, the best {places} go up"));
    }

    private protected override Pruner With(SuccessiveHalvingOptions options) => new ParetoHalvingPruner(options);

    private protected override int? NextPromotion(StudyHistory history)
    {
        var rungs = Rungs(history).All;
        for (var k = rungs.Count - 1; k >= 0; k--)
        {
            if (rungs[k].BestPausedOf(rungs[k].Count / Options.ReductionFactor) is { } best)
                return best;
        }

        return null;
    }

    private ParetoRungs Rungs(StudyHistory history) => history.Index(this, h => new ParetoRungs(h, this));
}
