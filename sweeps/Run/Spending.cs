using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What a running sweep has spent of its budget. Used by the runner's loop only.</summary>
/// <param name="spec">The sweep.</param>
/// <param name="costs">What its trials have cost.</param>
internal sealed class Spending(SweepSpec spec, TrialCosts costs)
{
    private readonly RegretTerminator? _terminator = spec.Budget.Regret is { } regret && spec.Space is not null
        ? new(new RegretOptions { Tolerance = regret })
        : null;
    private int _judged;

    /// <summary>How much may be spent.</summary>
    public BudgetSpec Budget { get; private set; } = spec.Budget;

    /// <summary>Steps that were trained or taken over.</summary>
    public long Steps { get; set; }

    /// <summary>Why nothing more is to be spent, as far as was asked; null where that was not found.</summary>
    public string? Enough { get; private set; }

    /// <summary>How many more trials there may be.</summary>
    public int TrialsLeft(Study study) => Enough is null ? Budget.Trials - study.Trials.Count : 0;

    /// <summary>Another budget holds from now on.</summary>
    public void Change(BudgetSpec budget) => (Budget, Enough, _judged) = (budget, null, -1);

    /// <summary>Whether steps or costs are spent, or the best is good enough.</summary>
    public bool IsEnough(Study study)
    {
        if (Budget.Steps is { } most && Steps >= most)
            Enough ??= $"the budget of {most} steps is spent";
        if (Budget.Cost is { } limit && costs.Total() >= limit)
            Enough ??= $"the budget of {ConfigurationText.Short((ValueList)limit)}{costs.Unit} is spent";
        var completed = study.Trials.Count(trial => trial.State == TrialState.Completed);
        if (_terminator is null || completed == _judged)
            return Enough is not null;
        _judged = completed;
        if (_terminator.Decide(study) is { Stop: true } decision)
            Enough ??= decision.Why;
        return Enough is not null;
    }
}
