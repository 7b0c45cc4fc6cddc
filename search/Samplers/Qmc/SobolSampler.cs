namespace TuneGraph.Search;

/// <summary>
/// Fills the space evenly, better than chance and without a model: Sobol's sequence with the direction numbers of Joe
/// and Kuo (2008) and Owen's nested uniform scrambling. Trial k gets point k, whatever became of the others, so any
/// number of parallel trials fit together. The first 2^m points are the most even.
/// </summary>
/// <remarks>
/// Each parameter has a dimension of its own, in the space's order, used or not; categorical ones divide it into equal
/// parts. Past 161 parameters the dimensions start again with the points in another order. A define-by-run trial's
/// further parameters are each spread evenly, but not together.
/// </remarks>
/// <param name="scramble">
/// Whether the study's seed moves the points, so that each is uniform by itself. Default true; the plain sequence
/// starts at the lower corner of the space.
/// </param>
public sealed class SobolSampler(bool scramble = true) : Sampler
{
    /// <summary>Whether the study's seed moves the points.</summary>
    public bool Scramble => scramble;

    /// <inheritdoc/>
    public override string Name => "sobol";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        return history.Index(this, h => new SobolSequence(scramble ? h.Seed : null)).Suggest(space, history);
    }
}
