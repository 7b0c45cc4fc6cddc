namespace TuneGraph.Search;

/// <summary>
/// Lets another sampler profit from past studies (<see cref="Study.Import"/>): the first trials are their best, and
/// later ones are chosen by an ensemble of their models and the study's own, weighted by how well each orders the
/// study's trials (RGPE: Feurer et al., arXiv 1802.02219). Past studies that order them no better than chance are left
/// out, and when none is left the other sampler is alone, as it is without past studies.
/// </summary>
/// <remarks>
/// The past space may be another one: parameters are matched by name, a past trial with a value that the present space
/// lacks is passed over, and what the past study did not search is left to the study's own model. With several
/// objectives the first trials are taken from the past fronts, and no ensemble is made.
/// </remarks>
/// <param name="inner">Chooses all that the past does not.</param>
public sealed class TransferSampler(Sampler inner) : Sampler
{
    private const int FirstTrials = 3; // as many of the first trials are past ones, every second
    private const int FewestTrials = 5; // with a verdict, before past studies can be weighed
    private const int MostTrials = 100; // from then on the study's own trials say enough
    private const int SparseTrials = 10; // before so many the other sampler has no model

    private static readonly GpOptions _options = new() { Candidates = 500 };

    /// <summary>The sampler that profits.</summary>
    public Sampler Inner { get; } = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public override string Name => Inner.Name;

    /// <inheritdoc/>
    public override bool NeedsSpace => Inner.NeedsSpace;

    /// <inheritdoc/>
    public override int MostObjectives => Inner.MostObjectives;

    /// <inheritdoc/>
    public override bool Forks => Inner.Forks;

    /// <inheritdoc/>
    public override Configuration? Suggest(SearchSpace space, StudyHistory history, SearchRandom random) =>
        Inner.Suggest(space, history, random);

    /// <inheritdoc/>
    public override TrialProposal? Propose(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var past = history.Index(this, static _ => new PastTrials());
        var axes = new GpAxes(space);
        if (past.Names.Count > 0 && axes.Count > 0 && !Forks)
        {
            if (IsFirst(history.Number) && Promise(history) && First(space, history, past, random) is { } first)
                return new(first);
            if (history.Directions.Length == 1 && Later(axes, history, past, random) is { } later)
                return new(later);
        }

        return Inner.Propose(space, history, random);
    }

    private static bool IsFirst(int number) => number % 2 == 0 && number / 2 < FirstTrials;

    /// <summary>Whether those past trials that were tried again are the best so far, or none has a verdict.</summary>
    private static bool Promise(StudyHistory history) =>
        !history.Trials.Any(trial => IsFirst(trial.Number) && trial.IsFinished)
        || history.Front.Any(trial => IsFirst(trial.Number));

    /// <summary>The best of the past studies in turn, with what they did not search drawn by chance.</summary>
    private Configuration? First(SearchSpace space, StudyHistory history, PastTrials past, SearchRandom random)
    {
        var turn = history.Number / 2;
        var study = past.Names[turn % past.Names.Count];
        var trials = past.Of(study).Where(trial => trial.Values.Length == history.Directions.Length).ToList();
        var ranks = Dominance.Ranks(trials.ConvertAll(trial => history.Losses(trial.Values)));
        var tried = history.Trials.Select(trial => trial.Configuration).ToHashSet();
        foreach (var k in Enumerable.Range(0, trials.Count).OrderBy(k => ranks[k]))
        {
            var known = trials[k].Configuration;
            if (!Fits(known))
                continue;
            var configuration = space.Build(parameter => Has(known, parameter)
                ? parameter.Distribution.Coerce(known[parameter.Name])
                : parameter.Distribution.Decode(random.NextDouble()));
            if (tried.Contains(configuration) || !space.Allows(configuration))
                continue;
            history.Why = $"{Name}: among the best of the past study '{study}'";
            return configuration;
        }

        return null;

        static bool Has(Configuration known, Parameter parameter) =>
            known.TryGet(parameter.Name, out var value) && parameter.Distribution.Contains(value);

        // It says something, and nothing that would have to be left to chance: its value would be another trial's.
        bool Fits(Configuration known) =>
            space.Parameters.Any(parameter => Has(known, parameter))
            && space.Parameters.All(parameter => Has(known, parameter) || !known.Contains(parameter.Name));
    }

    private Configuration? Later(GpAxes axes, StudyHistory history, PastTrials past, SearchRandom random)
    {
        var judged = history.Trials.Count(trial => trial.IsFinished);
        if (judged is < FewestTrials or > MostTrials || (history.Number % 2 != 0 && judged >= SparseTrials))
            return null;
        var seen = GpObservations.Of(axes.Space, history, MostTrials);
        PastStudy[] studies =
            [.. past.Names.Select(name => PastStudy.In(axes.Space, name, past.Of(name), history)).OfType<PastStudy>()];
        if (studies.Length == 0 || TransferEnsemble.Of(axes, seen, studies, past.Memo, random) is not { } ensemble)
            return null;
        var found = new AcquisitionSearch(axes, ensemble.Acquisition, _options, null, random)
            .Run(seen.Best(_options.GoodTrials));
        var log = found[0].Value;
        history.Why = FormattableString.Invariant(
            $"{Name}: past studies weigh {ensemble.PastWeight:F2}, '{ensemble.Leader}' most (logEI {log:F1})");
        return Novelty.First(axes.Space, history, found, random);
    }
}
