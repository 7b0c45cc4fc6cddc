namespace TuneGraph.Search;

/// <summary>
/// TuRBO-1: Bayesian optimisation within a trust region about the best trial, which grows while it succeeds, shrinks
/// while it fails, and starts anew elsewhere when it has become tiny (Eriksson et al., "Scalable global optimization
/// via local Bayesian optimization", NeurIPS 2019). For many parameters, and objectives that differ from place to
/// place.
/// </summary>
/// <remarks>
/// The model is that of <see cref="GpSampler"/>, over the region's own trials. Where we differ from the paper: the next
/// trial is the one with the largest logEI in the region (qLogEI beside running trials), not a Thompson sample.
/// Constraints enter by the probability that they hold.
/// </remarks>
/// <param name="options">
/// Settings of the model. Each region starts with <see cref="GpOptions.StartupTrials"/> trials spread over the space.
/// Null for the defaults, with 10 trials to start a
/// region.
/// </param>
public sealed class TurboSampler(GpOptions? options = null) : Sampler
{
    /// <summary>The settings of the model.</summary>
    public GpOptions Options { get; } = options ?? new() { StartupTrials = 10 };

    /// <inheritdoc/>
    public override string Name => "turbo";

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var axes = new GpAxes(space);
        var region = TrustRegion.Of(history, axes.Count, Options.StartupTrials);
        var seen = GpObservations.Of(space, history, Options.MostObservations, region.First);
        if (axes.Count == 0 || seen.Count < Options.StartupTrials)
        {
            history.Why = $"{Name}: start of a region, spread evenly";
            return StratifiedStart.Draw(space, history, Options.StartupTrials, region.First == 0, random);
        }

        var memo = history.Index(this, static _ => new GpFitMemo());
        var surrogate = GpSurrogate.Of(axes, seen, memo, Options, Options.WarpOutputs, random);
        var good = seen.Best(Options.GoodTrials);
        var box = surrogate.Fit is { } fit && good.Count > 0 ? region.Around(good[0], axes, fit.At) : null;
        var found = new AcquisitionSearch(axes, surrogate.Acquisition, Options, box, random).Run(good);
        var log = surrogate.Explain(found[0].Value);
        history.Why = FormattableString.Invariant($"{Name}: region of length {region.Length:G3}, {log}");
        return Novelty.First(space, history, found, random);
    }
}
