namespace TuneGraph.Search;

/// <summary>
/// Draws every active parameter independently, by its distribution, among the configurations that keep the space's
/// rules.
/// </summary>
public sealed class RandomSampler : Sampler
{
    /// <inheritdoc/>
    public override string Name => "random";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(random);
        return space.Draw(random);
    }

    internal static ParameterValue Draw(Distribution distribution, SearchRandom random) =>
        distribution.Decode(random.NextDouble());
}
