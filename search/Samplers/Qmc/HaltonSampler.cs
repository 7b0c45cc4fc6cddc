namespace TuneGraph.Search;

/// <summary>
/// Fills the space evenly, better than chance and without a model: Halton's sequence, each digit permuted at random
/// (Owen, arXiv 1706.02808). Trial k gets point k, whatever became of the others. Even after any number of points, not
/// only after powers of two; with more than about ten parameters <see cref="SobolSampler"/> is the better choice.
/// </summary>
/// <remarks>
/// Each parameter has a dimension of its own, in the space's order, used or not; categorical ones divide it into equal
/// parts. A define-by-run trial's further parameters are each spread evenly, but not together.
/// </remarks>
/// <param name="scramble">
/// Whether the study's seed moves the points, so that each is uniform by itself. Default true; the plain sequence
/// starts at the lower corner of the space, and its higher dimensions begin as diagonals.
/// </param>
public sealed class HaltonSampler(bool scramble = true) : Sampler
{
    /// <summary>Whether the study's seed moves the points.</summary>
    public bool Scramble => scramble;

    /// <inheritdoc/>
    public override string Name => "halton";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        return history.Index(this, h => new HaltonSequence(scramble ? h.Seed : null)).Suggest(space, history);
    }
}
