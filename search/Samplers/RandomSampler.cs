namespace TuneGraph.Search;

/// <summary>
/// Draws every active parameter independently and uniformly: on the logarithmic scale where the distribution says so,
/// and every value of a stepped or categorical one with the same chance.
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
        return space.Build(parameter => Draw(parameter.Distribution, random));
    }

    internal static ParameterValue Draw(Distribution distribution, SearchRandom random) =>
        distribution is CategoricalDistribution choice
            ? choice.Choices[(int)random.NextInt64(choice.Choices.Length)]
            : distribution.Decode(random.NextDouble());
}
