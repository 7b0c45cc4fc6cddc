namespace TuneGraph.Search;

/// <summary>
/// Successive halving that checks whether it may be believed. It begins as ASHA does (Li et al. 2020); then it carries
/// a few trials that the rungs had turned down to the end, and from then on cuts only at those rungs whose order has
/// foretold how trials end. Where good configurations learn slowly, the early rungs lose its trust, and trials run
/// through them.
/// </summary>
/// <remarks>
/// <para>A rung is trusted when all of the best finished trials (15 %, at least 3) had been within its cut, and a trial
/// within it ended better than one outside it in 17 of 20 pairs. After as many steps as three full trainings a rung
/// without that proof is not trusted; while trials can be paused it gets the benefit of the doubt before, since pausing
/// costs nothing. Of all steps one in five goes to trials that were turned down, so that the judgement stays up to
/// date.</para>
/// <para>Between the rungs, and where they are not trusted, a trial is stopped whose curve, drawn on to its end, has
/// less than one chance in a hundred to beat the best (see <see cref="CurvePruner"/>); the trials that are carried to
/// the end show whether that rule may be believed, too.</para>
/// <para>Samplers learn nothing from trials that were cut at a rung that is not trusted any more.</para>
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class AutoPruner(SuccessiveHalvingOptions? options = null) : HalvingPruner(options)
{
    private readonly CurvePruner _curve = new(RungEvidence.Curves);

    /// <inheritdoc/>
    public override string Name => "auto";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        var evidence = Evidence(history);
        if (evidence.IsProbe(trial.Number))
            return new(Verdict.Continue, $"step {step}: runs on to show what the rules are worth");
        var atRung = evidence.ArrivedAt(trial.Number, step) is { } rung
            ? AtRung(history, evidence, trial, rung)
            : PruneDecision.Continue;
        if (atRung.Verdict != Verdict.Continue || !evidence.TrustsCurves)
            return atRung;
        var ahead = _curve.Decide(history, trial, step);
        return ahead.Verdict == Verdict.Stop ? ahead : atRung;
    }

    private protected override Pruner With(SuccessiveHalvingOptions options) => new AutoPruner(options);

    private protected override int? NextPromotion(StudyHistory history)
    {
        var evidence = Evidence(history);
        for (var k = evidence.Rungs.Count - 1; k >= 0; k--)
        {
            var rung = evidence.Rungs[k];
            if (evidence.Trust(k).Holds && rung.BestPaused is { } best
                && rung.RankOf(best) < rung.Count / Options.ReductionFactor)
                return best.Trial;
        }

        return evidence.NextProbe();
    }

    /// <inheritdoc/>
    public override bool IsInformative(StudyHistory history, Trial trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.LastStep is not { } last)
            return true;
        var evidence = Evidence(history);
        return evidence.ArrivedAt(trial.Number, last) is not { } rung || evidence.Trust(rung).Holds;
    }

    private PruneDecision AtRung(StudyHistory history, RungEvidence evidence, Trial trial, int rung)
    {
        var at = evidence.Rungs[rung];
        if (evidence.Trust(rung) is { Holds: false } trust)
            return new(Verdict.Continue, $"rung {at.Step}: {trust.Why}");
        var entry = evidence.EntryAt(rung, trial.Number);
        var places = at.Count / Options.ReductionFactor;
        var rank = at.RankOf(entry);
        var why = FormattableString.Invariant(
            $"rung {at.Step}: {history.Loss(entry.Loss):G6} is rank {rank + 1} of {at.Count}, the best {places} go up");
        return new(
            rank < places ? Verdict.Continue : Options.Mode == HalvingMode.Stop ? Verdict.Stop : Verdict.Pause, why);
    }

    private RungEvidence Evidence(StudyHistory history) => history.Index(this, h => new RungEvidence(h, this));
}
