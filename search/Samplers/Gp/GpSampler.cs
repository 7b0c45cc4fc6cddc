namespace TuneGraph.Search;

/// <summary>
/// Bayesian optimisation with a Gaussian process, for studies of some hundred trials that are dear: a model of the
/// losses with an uncertainty of its own, and the next trial where the logarithm of the expected improvement is
/// largest.
/// </summary>
/// <remarks>
/// The kernel is Matérn's with ν = 5/2 and a length for each parameter, over the canonical codes; choices are alike or
/// not (Hamming), and a parameter that takes no part has a place of its own (see <c>GpAxes</c>). Losses and axes are
/// warped where the observations speak for it. Running trials are integrated over (qLogEI); constraints enter by the
/// probability that they hold. With several objectives each has a model of its own, and the next trial is where the
/// hypervolume that it is expected to add to the front is largest (logEHVI). The hyperparameters are those of the
/// largest posterior density. Where that is asked for, the improvement is divided by what a trial is expected to cost.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class GpSampler(GpOptions? options = null) : Sampler
{
    private const int Several = 4;

    /// <summary>The settings.</summary>
    public GpOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "gp";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var seen = GpObservations.Of(space, history, Options.MostObservations);
        var axes = new GpAxes(space);
        if (axes.Count == 0 || seen.Count < Options.StartupTrials)
        {
            history.Why = history.Number == 0 ? $"{Name}: start, the middle" : $"{Name}: start, spread evenly";
            return StratifiedStart.Draw(space, history, Options.StartupTrials, true, random);
        }

        var memo = history.Index(this, static _ => new GpFitMemo());
        var (acquisition, explain) = Model(axes, seen, memo, history, random);
        var cost = Options.Acquisition == GpAcquisition.ImprovementPerCost
            ? LogCost.Of(axes, seen, memo, Options, history.SpentShare)
            : null;
        var sought = cost is null ? acquisition : new JointAcquisition([acquisition, cost]);
        var found = new AcquisitionSearch(axes, sought, Options, null, random).Run(seen.Best(Options.GoodTrials));
        history.Why = $"{Name}: {Explained(acquisition, explain, cost, found[0])}";
        return Novelty.First(space, history, found, random);
    }

    private static string Explained(
        Acquisition acquisition, Func<double, string> explain, LogCost? cost, (double[] Codes, double Value) found)
    {
        if (cost is null)
            return explain(found.Value);
        var value = new double[1];
        acquisition.Add([found.Codes], value);
        return FormattableString.Invariant($"{explain(value[0])} at a cost of about {cost.At(found.Codes):G3}");
    }

    private (Acquisition, Func<double, string> Explain) Model(
        GpAxes axes, GpObservations seen, GpFitMemo memo, StudyHistory history, SearchRandom random)
    {
        if (seen.Objectives.Length > 0)
        {
            var front = FrontSurrogate.Of(axes, seen, memo, Options, random);
            return (front.Acquisition, front.Explain);
        }

        var surrogate = GpSurrogate.Of(axes, seen, memo, Options, WarpsOutputs(history.Number, seen), random);
        return (surrogate.Acquisition, surrogate.Explain);
    }

    /// <summary>
    /// Only every other trial is proposed by the model of warped losses: it looks ever closer at the best region, and
    /// the model of the losses as they are sees that others are worth a look. Trials that run at once keep each other
    /// apart, so that beside several of them one in four is enough.
    /// </summary>
    private bool WarpsOutputs(int number, GpObservations seen) =>
        Options.WarpOutputs && number % (seen.Running.Length >= Several ? 4 : 2) != 0;
}
