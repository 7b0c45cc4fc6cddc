namespace TuneGraph.Search;

/// <summary>
/// Chooses a sampler for each trial, so that nobody has to: a Latin hypercube to begin with, then the Gaussian process
/// of <see cref="GpSampler"/>, and every fifth trial <see cref="TpeSampler"/>, whose density over the good trials is no
/// worse on plateaus and steps, where the smooth model is blind. With many trials, when a smooth model of all of them
/// grows slow and gains little, the two take turns.
/// </summary>
/// <remarks>
/// The choice is a function of the trial's number and of how many trials have a verdict. Each suggestion says which
/// sampler made it, and where there is a model, what it expects to gain (<see cref="Trial.Why"/>).
/// </remarks>
public sealed class AutoSampler : Sampler
{
    private const int HedgeEvery = 5;
    private const int ManyTrials = 400;
    private const int ManyParameters = 60;

    private readonly TpeSampler _tpe = new();
    private readonly GpSampler _gp = new();

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
        if (!TakesTpe(space, history))
            return _gp.Suggest(space, history, random);
        history.Why = "tpe: likeliest to be among the good";
        return _tpe.Suggest(space, history, random);
    }

    private bool TakesTpe(SearchSpace space, StudyHistory history)
    {
        var judged = history.Trials.Count(trial => trial.IsFinished);
        if (judged < _gp.Options.StartupTrials || history.Directions.Length > _tpe.MostObjectives)
            return false;
        var every = judged >= ManyTrials || space.Parameters.Length > ManyParameters ? 2 : HedgeEvery;
        return history.Number % every == every - 1;
    }
}
