using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>What a study did not have to compute.</summary>
/// <param name="Id">The study's name in addresses.</param>
/// <param name="Name">Its name.</param>
/// <param name="SharedSteps">Steps that were taken over from trials that begin alike.</param>
/// <param name="SharedTime">How long a slot computed them the first time.</param>
/// <param name="PrunedTrials">Trials that were stopped early.</param>
/// <param name="PrunedSteps">
/// Steps that they would have had, had each gone as far as the longest trial that completed.
/// </param>
/// <param name="PrunedTime">How long a slot would have computed those: at the mean time of a step.</param>
internal sealed record StudySavings(
    string Id, string Name, long SharedSteps, TimeSpan SharedTime, int PrunedTrials, long PrunedSteps,
    TimeSpan PrunedTime)
{
    public bool IsAny => SharedSteps > 0 || PrunedSteps > 0;

    public TimeSpan Time => SharedTime + PrunedTime;

    public static StudySavings Of(StudyView view)
    {
        var whole = view.Trials.Where(trial => trial.State == TrialState.Completed)
            .Select(trial => trial.Steps).DefaultIfEmpty().Max();
        var pruned = view.Trials.Where(trial => trial.State == TrialState.Pruned && trial.Steps < whole).ToList();
        var steps = pruned.Sum(trial => (long)(whole - trial.Steps));
        return new StudySavings(
            view.Id, view.Definition.Name, view.Study.SharedSteps, view.Study.SavedTime, pruned.Count, steps,
            steps == 0 ? TimeSpan.Zero : steps * TimeOfStep(view));
    }

    // Of slots, not of the clock: an attempt of two ranks takes two. Steps that were taken over cost nothing.
    private static TimeSpan TimeOfStep(StudyView view)
    {
        var took = view.Work.Attempts.Where(attempt => attempt is { Trial: not null, EndedAt: not null })
            .Aggregate(TimeSpan.Zero, (sum, a) => sum + ((a.EndedAt!.Value - a.StartedAt) * a.Ranks));
        var computed = view.Trials.Where(trial => trial.EndedAt is not null).Sum(trial => (long)trial.Steps)
            - view.Study.SharedSteps;
        return computed > 0 && took > TimeSpan.Zero ? took / computed : TimeSpan.Zero;
    }
}
