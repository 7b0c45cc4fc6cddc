namespace TuneGraph.Search;

/// <summary>Keeps a sampler from proposing what was tried already, while there is anything else.</summary>
internal static class Novelty
{
    private const int Draws = 20;

    /// <summary>
    /// The most promising configuration that no trial has had; a random one where all of them were, and where chance
    /// finds nothing new either, the most promising again.
    /// </summary>
    public static Configuration First(
        SearchSpace space, StudyHistory history, IReadOnlyList<(double[] Codes, double Value)> found,
        SearchRandom random)
    {
        var known = history.Trials.Select(trial => trial.Configuration).ToHashSet();
        foreach (var (codes, _) in found)
        {
            var configuration = CandidatePool.Decode(space, codes);
            if (!known.Contains(configuration) && space.Allows(configuration))
                return configuration;
        }

        for (var k = 0; k < Draws; k++)
        {
            var other = space.Draw(random);
            if (!known.Contains(other))
                return other;
        }

        return CandidatePool.Decode(space, found[0].Codes);
    }
}
