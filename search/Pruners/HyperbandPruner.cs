namespace TuneGraph.Search;

/// <summary>
/// Hyperband (Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization", JMLR 2018,
/// Algorithm 1): brackets of successive halving, from one that cuts often and early to one that never cuts.
/// </summary>
/// <remarks>
/// <para><see cref="HalvingMode.Promote"/> is the algorithm of the paper: the trials of a bracket wait at a rung until
/// all of them have arrived or ended, then the best ⌊n/η⌋ go on. Until then trials of the next bracket start, so that
/// no worker waits.</para>
/// <para><see cref="HalvingMode.Stop"/> needs no checkpoints: a trial goes on if it is within the best 1/η quantile of
/// those of its bracket, of all rounds, that arrived at the rung before it; the first one always goes on.</para>
/// <para>The study's largest step must be known; where it is not, no trial is cut.</para>
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class HyperbandPruner(SuccessiveHalvingOptions? options = null) : HalvingPruner(options)
{
    /// <inheritdoc/>
    public override string Name => "hyperband";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        var index = Rungs(history);
        if (index.ArrivedAt(trial.Number, step) is not { } at)
            return PruneDecision.Continue;
        var label = $"rung {at.Rung.Step}: bracket {at.Bracket}, ";
        return Options.Mode == HalvingMode.Promote
            ? new(Verdict.Pause, label + FormattableString.Invariant(
                $"{history.Loss(at.Entry.Loss):G6} waits until all of {at.Size} have arrived, {at.Rung.Count} have"))
            : Compare(history, at, label);
    }

    private protected override Pruner With(SuccessiveHalvingOptions options) => new HyperbandPruner(options);

    private protected override int? NextPromotion(StudyHistory history) => Rungs(history).NextPromotion();

    /// <inheritdoc/>
    public override int? NextRung(int step, int maxResource)
    {
        if (maxResource == 0)
            return null;
        var brackets = new HyperbandBrackets(maxResource, Options.MinResource, Options.ReductionFactor);
        for (var rung = 0; brackets.StepOf(brackets.Most, rung) is { } at; rung++)
        {
            if (at > step)
                return at;
        }

        return null;
    }

    private PruneDecision Compare(StudyHistory history, BracketArrival at, string label)
    {
        if (at.Rung.Count == 1)
            return new(Verdict.Continue, label + "the first to arrive");
        var cut = at.Rung.QuantileWithout(at.Entry, 1.0 / Options.ReductionFactor);
        var goesOn = at.Entry.Loss <= cut;
        return new(goesOn ? Verdict.Continue : Verdict.Stop, label + FormattableString.Invariant(
            $"{history.Loss(at.Entry.Loss):G6} is {(goesOn ? "within" : "outside")} the best ")
            + FormattableString.Invariant(
                $"1/{Options.ReductionFactor} of {at.Rung.Count - 1} earlier trials, cut at {history.Loss(cut):G6}"));
    }

    private HyperbandRungs Rungs(StudyHistory history) => history.Index(this, h => new HyperbandRungs(h, Options));
}
