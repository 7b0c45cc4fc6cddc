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
            var configuration = Decode(space, codes);
            if (!known.Contains(configuration))
                return configuration;
        }

        for (var k = 0; k < Draws; k++)
        {
            var other = space.Build(parameter => RandomSampler.Draw(parameter.Distribution, random));
            if (!known.Contains(other))
                return other;
        }

        return Decode(space, found[0].Codes);
    }

    private static Configuration Decode(SearchSpace space, double[] codes)
    {
        var values = new ParameterValue?[codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            if (!double.IsNaN(codes[i]))
                values[i] = space.Parameters[i].Distribution.Decode(codes[i]);
        }

        return space.Assemble(values);
    }
}
