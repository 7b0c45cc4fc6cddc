namespace TuneGraph.Search;

/// <summary>
/// Chooses a sampler for each trial, so that nobody has to: a Latin hypercube to begin with, then the Gaussian process
/// of <see cref="GpSampler"/>, and every fifth trial <see cref="TpeSampler"/>, whose density over the good trials asks
/// for no smoothness. Where trials tie as on the steps of a table, every other trial is left to
/// <see cref="ForestSampler"/>, whose trees are steps themselves. With many trials, when a smooth model of all of them
/// grows slow and gains little, the process and TPE take turns, and with a thousand TPE is left alone.
/// </summary>
/// <remarks>
/// The choice is a function of the trial's number and of the trials with a verdict. Each suggestion says which sampler
/// made it, and where there is a model, what it expects to gain (<see cref="Trial.Why"/>). With one objective the
/// process believes of running trials what it expects of them: with sixteen at once that was a little better than to
/// draw what they may report.
/// </remarks>
public sealed class AutoSampler : Sampler
{
    private const int HedgeEvery = 5;
    private const int ManyTrials = 400;
    private const int TooManyTrials = 1000; // for a smooth model, and its time
    private const int ManyParameters = 60;

    private readonly TpeSampler _tpe = new();
    private readonly ForestSampler _forest = new();
    private readonly GpSampler _gp;
    private readonly GpSampler _believing;

    /// <summary>The sampler; it has no settings.</summary>
    public AutoSampler()
        : this(new GpOptions())
    {
    }

    internal AutoSampler(GpOptions gp) =>
        (_gp, _believing) = (new(gp), new(gp with { Fantasies = 0 }));

    /// <inheritdoc/>
    public override string Name => "auto";

    /// <inheritdoc/>
    public override int MostObjectives => _gp.MostObjectives;

    /// <inheritdoc/>
    public override Configuration? Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var judged = history.Trials.Count(trial => trial.IsFinished);
        var process = history.Directions.Length == 1 ? _believing : _gp;
        if (judged < _tpe.Options.StartupTrials)
            return process.Suggest(space, history, random);
        if (judged < ManyTrials && IsTurn(2, history) && new FreshConfigurations(space, history).HasPlateaus)
        {
            history.Why = "forest: for a step function";
            return _forest.Suggest(space, history, random);
        }

        var every = judged >= TooManyTrials ? 1
            : judged >= ManyTrials || space.Parameters.Length > ManyParameters ? 2
            : HedgeEvery;
        if (!IsTurn(every, history))
            return process.Suggest(space, history, random);
        history.Why = "tpe: likeliest to be among the good";
        return _tpe.Suggest(space, history, random);
    }

    private static bool IsTurn(int every, StudyHistory history) => history.Number % every == every - 1;
}
