namespace TuneGraph.Search;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011; Watanabe, arXiv 2304.11127), multivariate,
/// with the kernels of Optuna 5. The trials so far are split into the good and the others; a density l(x) is laid over
/// the good and g(x) over the others, one kernel a trial over all dimensions at once; candidates are drawn from l, and
/// that with the largest l(x) / g(x) is proposed. Of several objectives the good are the first fronts, the last of them
/// cut to the largest hypervolume (Ozaki et al., JAIR 73, 2022).
/// </summary>
/// <remarks>
/// Trials that run count among the others, so that parallel ones keep apart (the constant liar), and so do those that
/// failed; pruned and paused ones rank behind the completed by the step they reached and their value there; infeasible
/// ones come last, by how much they break. In a conditional space the groups of parameters that share a condition are
/// drawn parents first, each from the trials in which it was active; that decides which parameters take part (the
/// regime), and an expert for this regime, which looks at its trials only, then draws them all together. Regimes that
/// may yet have the best get their share of trials (see <see cref="TpeRegimes"/>). Candidates that break a rule of the
/// space are dropped, and so are those that a trial had, where there are few, or that are likely to lie on the same
/// step of the objective as a trial, where it is a step function.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class TpeSampler(TpeOptions? options = null) : Sampler
{
    /// <summary>So often candidates are drawn while all of them have been tried before.</summary>
    private const int Rounds = 4;

    private const int FewestTies = 3;
    private const int MostOnPlateaus = 500;

    /// <summary>The settings.</summary>
    public TpeOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "tpe";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var split = TpeSplit.Of(history.Trials, history, Options);
        if (split.Judged < Options.StartupTrials)
            return space.Draw(random);
        var index = history.Index(this, _ => new TpeIndex(space));
        var expert = new TpeExpert(space, Options, index.Scratch, random);
        var values = new ParameterValue?[space.Parameters.Length];
        if (space.Groups.Length > 1)
            return space.Assemble(Conditional(space, history, split, expert, random));
        if (space.Groups.Length == 0)
            return space.Assemble(values);
        var fresh = Options.LeavesPlateaus && index.Ties >= FewestTies && split.Judged <= MostOnPlateaus
            ? new FreshConfigurations(space, history)
            : null;
        for (var again = 0; again < Rounds; again++)
        {
            if (expert.TryPropose(space.Groups[0], split, values, IsNew))
                return space.Assemble(values);
        }

        expert.TryPropose(space.Groups[0], split, values, v => space.Allows(v));
        return space.Assemble(values);

        bool IsNew(ParameterValue?[] v) => space.Allows(v) && !index.WasTried(space, v)
            && fresh?.Allow(space.Assemble(v)) != false;
    }

    /// <summary>
    /// Proposes in a regime: that of what the groups propose one by one, parents first, or a neglected one.
    /// </summary>
    private ParameterValue?[] Conditional(
        SearchSpace space, StudyHistory history, TpeSplit split, TpeExpert expert, SearchRandom random)
    {
        var regimes = TpeRegimes.Of(space, history);
        var index = history.Index(this, _ => new TpeIndex(space));
        var own = new ParameterValue?[space.Parameters.Length];
        var share = random.NextInt64(2) == 0;
        if (share && regimes.Neglected(split.Judged) is { } neglected && InRegime(neglected))
            return own;
        var values = new ParameterValue?[space.Parameters.Length];
        foreach (var group in space.Groups)
        {
            if (space.IsActive(group[0], values))
                expert.TryPropose(group, split, values, _ => true);
        }

        return regimes.ExpertAt(values) is { } regime && InRegime(regime) ? own : values;

        bool InRegime(TpeRegimes.Regime regime)
        {
            Array.Clear(own);
            var split = TpeSplit.Of(regime.Trials, history, Options);
            return expert.TryPropose(
                regime.Places, split, own, v => regime.IsRight(space, v) && !index.WasTried(space, v));
        }
    }
}
