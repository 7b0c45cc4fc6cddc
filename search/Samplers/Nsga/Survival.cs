namespace TuneGraph.Search;

/// <summary>A trial that may become a parent.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Front">The number of its front among all, from 0 for the best.</param>
/// <param name="Room">Of two in one front, that with more of it is preferred.</param>
internal readonly record struct Individual(Trial Trial, int Front, double Room);

/// <summary>
/// Decides which of the trials of two generations live on. What it remembers is a function of the log.
/// </summary>
internal abstract class Survival
{
    /// <summary>The best fronts, and of the first that does not fit as a whole the chosen ones.</summary>
    public List<Individual> Choose(IEnumerable<TrialFront> fronts, int count, SearchRandom random)
    {
        var chosen = new List<Individual>(count);
        var before = new List<TrialFront>();
        foreach (var front in fronts)
        {
            if (chosen.Count == count)
                break;
            chosen.AddRange(Of(before, front, count - chosen.Count, random));
            before.Add(front);
        }

        return chosen;
    }

    /// <summary>At most so many of a front; of a front that was not measured, those with the lowest numbers.</summary>
    protected abstract IEnumerable<Individual> Of(
        IReadOnlyList<TrialFront> before, TrialFront front, int places, SearchRandom random);
}
