using System.Runtime.CompilerServices;

namespace TuneGraph.Search;

/// <summary>
/// NSGA-III (Deb and Jain, "An evolutionary many-objective optimization algorithm using reference-point-based
/// nondominated sorting approach, part I", IEEE TEVC 18 (4), 2014): as <see cref="NsgaIISampler"/>, except that trials
/// live on so that each of many evenly spread directions has one near it, and that parents are picked at random; of two
/// of which one breaks constraints, the other. For three objectives and more.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
/// <param name="divisions">
/// How finely each objective's share is divided (p), which gives C(M + p − 1, p) directions for M objectives. At least
/// 1; null, the default, for as many directions as the population has room for, or 50 where that grows.
/// </param>
public sealed class NsgaIIISampler(NsgaOptions? options = null, int? divisions = null) : Sampler
{
    private const int MostDirections = 50;

    /// <summary>The settings.</summary>
    public NsgaOptions Options { get; } = options ?? new();

    /// <summary>
    /// How finely each objective's share is divided; null for as finely as population and directions allow.
    /// </summary>
    public int? Divisions { get; } = AtLeastOne(divisions);

    /// <inheritdoc/>
    public override string Name => "nsga3";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var generations = history.Index(this, h => new Generations(h, Options, SurvivalOf(h)));
        return NsgaIISampler.Breed(space, generations, Options, Wins, random);
    }

    private NichingSurvival SurvivalOf(StudyHistory history)
    {
        var objectives = history.Directions.Length;
        var p = Divisions ?? ReferencePoints.DivisionsFor(objectives, Options.PopulationSize ?? MostDirections);
        return new(ReferencePoints.DasDennis(objectives, p));
    }

    private static bool Wins(Individual one, Individual other) => one.Trial.Violation < other.Trial.Violation;

    private static int? AtLeastOne(int? value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value is { } given)
            ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, name);
        return value;
    }
}
