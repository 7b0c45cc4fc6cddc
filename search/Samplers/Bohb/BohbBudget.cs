namespace TuneGraph.Search;

/// <summary>The trials that have reached a budget, ranked by where they stood there.</summary>
internal static class BohbBudget
{
    /// <summary>
    /// The trials at the largest budget that at least so many have reached, the best first; null where there is none.
    /// Infeasible ones rank last at every budget; failed ones do not count.
    /// </summary>
    public static List<Trial>? Largest(StudyHistory history, int least)
    {
        List<Trial> seen = [.. history.Trials.Where(Counts)];
        List<Trial> infeasible = [.. history.Trials.Where(t => t.State == TrialState.Infeasible)];
        var budgets = seen.Where(t => t.State != TrialState.Running).Select(BudgetOf).Distinct().OrderDescending();
        foreach (var budget in budgets)
        {
            var ranked = seen.Where(t => BudgetOf(t) >= budget).Select(t => (Loss: LossAt(t, budget, history), t))
                .OrderBy(entry => entry.Loss).ThenBy(entry => entry.t.Number).Select(entry => entry.t).ToList();
            if (ranked.Count >= least)
                return [.. ranked, .. infeasible];
        }

        return null;

        bool Counts(Trial trial) =>
            trial.State is not (TrialState.Failed or TrialState.Infeasible)
            && (trial.IntermediateValues.Count > 0 || trial.Value is not null) && history.IsInformative(trial);
    }

    /// <summary>The last step; for a completed trial that reported none, or fewer, the end.</summary>
    private static int BudgetOf(Trial trial) =>
        trial.State == TrialState.Completed && trial.IntermediateValues.Count == 0 ? int.MaxValue : trial.LastStep ?? 0;

    private static double LossAt(Trial trial, int budget, StudyHistory history)
    {
        foreach (var reported in trial.IntermediateValues)
        {
            if (reported.Step >= budget)
                return history.Loss(reported.Value);
        }

        return history.Loss(trial);
    }
}
