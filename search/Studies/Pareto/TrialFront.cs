using System.Diagnostics;

namespace TuneGraph.Search;

/// <summary>Why the trials of one front stand before or behind those of another.</summary>
internal enum TrialTier
{
    /// <summary>Completed, with all constraints kept.</summary>
    Completed,

    /// <summary>Stopped or paused on the way, with reports.</summary>
    Reported,

    /// <summary>Stopped or paused on the way, without a report.</summary>
    Silent,

    /// <summary>Breaking a constraint.</summary>
    Infeasible,
}

/// <summary>
/// Trials of which none is better than another, with their losses; none where they were not measured.
/// </summary>
internal sealed record TrialFront(TrialTier Tier, IReadOnlyList<Trial> Trials, IReadOnlyList<double[]> Losses)
{
    /// <summary>
    /// The fronts of these trials, best first: the completed by rank; then those that were stopped or paused, by the
    /// step they reached and their rank there; then the infeasible by how much they break (constrained domination, Deb
    /// et al. 2002, section VI). Trials that run or failed have no place.
    /// </summary>
    public static IEnumerable<TrialFront> Of(StudyHistory history, IEnumerable<Trial> trials)
    {
        var groups = trials
            .Select(trial => (Trial: trial, Key: KeyOf(trial)))
            .Where(item => item.Key is not null)
            .GroupBy(item => item.Key!.Value, item => item.Trial)
            .OrderBy(group => group.Key);
        foreach (var group in groups)
        {
            var members = group.ToList();
            var losses = group.Key.Tier switch
            {
                TrialTier.Completed => members.ConvertAll(trial => history.Losses(trial.Values)),
                TrialTier.Reported => members.ConvertAll(trial => history.Losses(trial.IntermediateValues[^1].Values)),
                TrialTier.Silent or TrialTier.Infeasible => [],
                _ => throw new UnreachableException($"Unhandled tier {group.Key.Tier}."),
            };
            if (losses.Count == 0)
            {
                yield return new(group.Key.Tier, members, losses);
                continue;
            }

            var ranks = Dominance.Ranks(losses);
            foreach (var front in Enumerable.Range(0, ranks.Length).GroupBy(i => ranks[i]).OrderBy(f => f.Key))
                yield return new(
                    group.Key.Tier, [.. front.Select(i => members[i])], [.. front.Select(i => losses[i])]);
        }
    }

    private static (TrialTier Tier, double Within)? KeyOf(Trial trial) => trial.State switch
    {
        TrialState.Failed => null,
        _ when !trial.IsFeasible => (TrialTier.Infeasible, trial.Violation),
        TrialState.Completed => (TrialTier.Completed, 0),
        TrialState.Pruned or TrialState.Paused => trial.LastStep is { } step
            ? (TrialTier.Reported, -step)
            : (TrialTier.Silent, 0),
        _ => null,
    };
}
