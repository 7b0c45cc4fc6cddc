namespace TuneGraph.Search;

/// <summary>
/// NSGA-II (Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEVC 6 (2), 2002): the
/// first generation is random; later trials are children of two parents, each the winner of a tournament among the best
/// of all trials before: by front, then by the room around them.
/// </summary>
/// <remarks>
/// A generation is so many ended trials in the order in which they were told, so any number may run at once. Broken
/// constraints follow the paper's constrained domination; pruned trials stand between the completed and those; failed
/// ones have no children. A child that was tried before is bred again, a few times.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class NsgaIISampler(NsgaOptions? options = null) : Sampler
{
    private const int Attempts = 10;

    /// <summary>The settings.</summary>
    public NsgaOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "nsga2";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var generations = history.Index(this, h => new Generations(h, Options, new CrowdingSurvival()));
        return Breed(space, generations, Options, Wins, random);
    }

    /// <summary>A child of the parents, or a random configuration while there are none.</summary>
    internal static Configuration Breed(
        SearchSpace space,
        Generations generations,
        NsgaOptions options,
        Func<Individual, Individual, bool> wins,
        SearchRandom random
    )
    {
        var parents = generations.Parents;
        if (parents.Count < 2)
            return space.Draw(random);
        var breeding = new Breeding(options, space);
        for (var attempt = 1; ; attempt++)
        {
            var child = breeding.Child(Pick(), Pick(), random);
            if (attempt == Attempts || !generations.Knows(child))
                return child;
        }

        Trial Pick()
        {
            var one = parents[(int)random.NextInt64(parents.Count)];
            var other = parents[(int)random.NextInt64(parents.Count)];
            return (wins(other, one) ? other : one).Trial;
        }
    }

    /// <summary>The crowded-comparison operator (section III-B).</summary>
    private static bool Wins(Individual one, Individual other) =>
        one.Front != other.Front ? one.Front < other.Front : one.Room > other.Room;
}
