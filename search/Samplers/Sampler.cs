namespace TuneGraph.Search;

/// <summary>
/// Proposes configurations. A sampler is a pure function of its arguments and of its own options, which do not change;
/// one object may serve several studies.
/// </summary>
public abstract class Sampler
{
    /// <summary>A short name, as sweeps write it: <c>tpe</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it cannot serve studies without a fixed search space. Default false.</summary>
    public virtual bool NeedsSpace => false;

    /// <summary>How many objectives it can serve. Default 1.</summary>
    public virtual int MostObjectives => 1;

    /// <summary>The configuration of the next trial: a value for each active parameter, in the space's order.</summary>
    /// <param name="space">
    /// What to fill in. In a define-by-run study: first the parameters that all finished trials have in common, then,
    /// one
    /// by one, those that a trial asks for besides.
    /// </param>
    /// <param name="history">The study so far; <see cref="StudyHistory.Number"/> is the trial to be filled in.</param>
    /// <param name="random">All the chance there is.</param>
    /// <returns>The configuration; null when there is nothing new to offer.</returns>
    public abstract Configuration? Suggest(SearchSpace space, StudyHistory history, SearchRandom random);

    /// <summary>
    /// Whether it forks trials. Then a null suggestion may mean "not yet" while trials run, and checkpoints of trials
    /// that have ended are still needed. Default false.
    /// </summary>
    public virtual bool Forks => false;

    /// <summary>
    /// The next trial: its configuration and, for a fork, where it goes on. Default: what <see cref="Suggest"/> gives.
    /// </summary>
    /// <inheritdoc cref="Suggest"/>
    public virtual TrialProposal? Propose(SearchSpace space, StudyHistory history, SearchRandom random) =>
        Suggest(space, history, random) is { } configuration ? new TrialProposal(configuration) : null;
}
