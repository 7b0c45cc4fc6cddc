namespace TuneGraph.Search;

/// <summary>
/// Population-based training (Jaderberg et al., "Population based training of neural networks", arXiv 1711.09846).
/// The members of a population train for some steps; then the worst are given up, and each makes room for a fork of one
/// of the best: the donor's checkpoint goes on with other parameters. What is found is a schedule, not a
/// configuration.
/// </summary>
/// <remarks>
/// The members are compared when all of them have got there, so that the outcome does not depend on how many workers
/// there are. Needs <see cref="Pruner"/> as the study's pruner, a known largest step, and a host that keeps
/// checkpoints; <see cref="Trial.Origin"/> tells which one a fork goes on from. A member is replaced by the paper's
/// truncation selection.
/// </remarks>
public sealed class PopulationSampler : Sampler
{
    /// <summary>A sampler with these settings.</summary>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="exploration">How forks differ from their donors; null for <see cref="Perturbation"/>.</param>
    public PopulationSampler(PopulationOptions? options = null, Exploration? exploration = null)
    {
        Options = options ?? new();
        Exploration = exploration ?? new Perturbation();
        Pruner = new PopulationPruner(Options);
    }

    /// <summary>The settings.</summary>
    public PopulationOptions Options { get; }

    /// <summary>How forks differ from their donors.</summary>
    public Exploration Exploration { get; }

    /// <summary>The pruner that goes with this sampler: it lets the members wait for each other.</summary>
    public PopulationPruner Pruner { get; }

    /// <inheritdoc/>
    public override string Name => Exploration.Name;

    /// <inheritdoc/>
    public override bool NeedsSpace => true;

    /// <inheritdoc/>
    public override bool Forks => true;

    /// <inheritdoc/>
    public override Configuration? Suggest(SearchSpace space, StudyHistory history, SearchRandom random) =>
        Propose(space, history, random)?.Configuration;

    /// <inheritdoc/>
    public override TrialProposal? Propose(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var generations = PopulationGenerations.Of(history, Options);
        if (generations.Founders < Options.Size)
            return new(space.Build(parameter => RandomSampler.Draw(parameter.Distribution, random)));
        if (generations.Vacancy is not { } generation)
            return null;
        var donors = generations.Donors(generation);
        var donor = history.Trials[donors[(int)random.NextInt64(donors.Count)]];
        var step = generation * Options.Interval;
        var configuration = Exploration.Explore(space, donor, step, history, Options, random);
        return new(configuration, new TrialOrigin(donor.Number, step));
    }
}
