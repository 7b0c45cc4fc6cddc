namespace TuneGraph.Search;

/// <summary>How a fork's parameters come from its donor's.</summary>
public abstract class Exploration
{
    /// <summary>A short name, as sweeps write it: <c>pbt</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The configuration of a fork.</summary>
    /// <param name="space">The space; the configuration fits it.</param>
    /// <param name="donor">The trial whose checkpoint is taken.</param>
    /// <param name="step">The step of the checkpoint.</param>
    /// <param name="history">The study so far.</param>
    /// <param name="options">The population's settings.</param>
    /// <param name="random">All the chance there is.</param>
    public abstract Configuration Explore(
        SearchSpace space, Trial donor, int step, StudyHistory history, PopulationOptions options, SearchRandom random);
}
