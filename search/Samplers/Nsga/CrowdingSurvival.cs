namespace TuneGraph.Search;

/// <summary>Prefers trials with room around them: NSGA-II (Deb et al. 2002, section III-C).</summary>
internal sealed class CrowdingSurvival : Survival
{
    protected override IEnumerable<Individual> Of(
        IReadOnlyList<TrialFront> before, TrialFront front, int places, SearchRandom random)
    {
        var room = CrowdingDistance.Of(front.Losses);
        return front.Trials
            .Select((trial, i) => new Individual(trial, before.Count, i < room.Length ? room[i] : 0))
            .OrderByDescending(individual => individual.Room)
            .ThenBy(individual => individual.Trial.Number)
            .Take(places);
    }
}
