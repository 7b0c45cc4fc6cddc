namespace TuneGraph.Search;

/// <summary>
/// Asynchronous successive halving, ASHA (Li et al., "A system for massively parallel hyperparameter tuning", MLSys
/// 2020). Rungs stand at the steps r·η⁰, r·η¹, r·η², … below the largest step. A trial arrives at a rung with its first
/// report at that step or later, and is ranked among all that have arrived there.
/// </summary>
/// <remarks>
/// <para><see cref="HalvingMode.Promote"/> is Algorithm 2 of the paper: a trial among the best ⌊n/η⌋ of the n arrivals
/// goes on, any other pauses; whenever there is room, the highest rung that has a paused trial among its best ⌊n/η⌋
/// gives its best one, and only if there is none a new trial starts.</para>
/// <para><see cref="HalvingMode.Stop"/> is the stopping rule of Ray Tune and Syne Tune: a trial goes on if its value is
/// at least as good as the best 1/η quantile (linearly interpolated) of those that arrived before it; the first one
/// always goes on. Of several rungs that one report passes, the highest judges.</para>
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class SuccessiveHalvingPruner(SuccessiveHalvingOptions? options = null) : HalvingPruner(options)
{
    /// <inheritdoc/>
    public override string Name => "asha";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        var rungs = Rungs(history);
        if (rungs.ArrivedAt(trial.Number, step) is not { } rung)
            return PruneDecision.Continue;
        var loss = history.Loss(trial.IntermediateValues[^1].Value);
        return Options.Mode == HalvingMode.Promote
            ? Halve(history, rung, new RungEntry(loss, trial.Number))
            : Compare(history, rung, new RungEntry(loss, trial.Number));
    }

    private protected override Pruner With(SuccessiveHalvingOptions options) => new SuccessiveHalvingPruner(options);

    private protected override int? NextPromotion(StudyHistory history)
    {
        var rungs = Rungs(history).All;
        for (var k = rungs.Count - 1; k >= 0; k--)
        {
            if (rungs[k].BestPaused is { } best && rungs[k].RankOf(best) < rungs[k].Count / Options.ReductionFactor)
                return best.Trial;
        }

        return null;
    }

    private PruneDecision Halve(StudyHistory history, Rung rung, RungEntry entry)
    {
        var (rank, places) = (rung.RankOf(entry), rung.Count / Options.ReductionFactor);
        return new(
            rank < places ? Verdict.Continue : Verdict.Pause,
            FormattableString.Invariant(
                $"rung {rung.Step}: {history.Loss(entry.Loss):G6} is rank {rank + 1} of {rung.Count}, and "
            )
                + (
                    places == 0 ? "none goes up yet"
                    : places == 1 ? "the best one goes up"
                    : $"the best {places} go up"
                )
        );
    }

    private PruneDecision Compare(StudyHistory history, Rung rung, RungEntry entry)
    {
        var earlier = rung.Count - 1;
        if (earlier == 0)
            return new(Verdict.Continue, $"rung {rung.Step}: the first to arrive");
        var cut = rung.QuantileWithout(entry, 1.0 / Options.ReductionFactor);
        var goesOn = entry.Loss <= cut;
        var side = goesOn ? "within" : "outside";
        return new(
            goesOn ? Verdict.Continue : Verdict.Stop,
            FormattableString.Invariant(
                $"rung {rung.Step}: {history.Loss(entry.Loss):G6} is {side} the best 1/{Options.ReductionFactor} "
            ) + FormattableString.Invariant($"of {earlier} earlier trials, cut at {history.Loss(cut):G6}")
        );
    }

    private RungIndex Rungs(StudyHistory history) => history.Index(this, h => new RungIndex(h, this));
}
