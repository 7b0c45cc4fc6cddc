namespace TuneGraph;

/// <summary>How much a sweep may spend.</summary>
public sealed record BudgetSpec
{
    /// <summary>
    /// Number of trials to propose. At least 1; default 50. The forks of a population come on top.
    /// </summary>
    public int Trials
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Trials));
            field = value;
        }
    } = 50;

    /// <summary>
    /// Trials that run at the same time. At least 1; default null, which means as many as the cores allow.
    /// </summary>
    public int? Parallel
    {
        get;
        init
        {
            if (value is { } n)
                ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof(Parallel));
            field = value;
        }
    }

    /// <summary>
    /// Once so many steps have been trained, over all trials, no trial starts or goes on from a pause; null for no
    /// limit. The cost of a study in its own unit: a pruned sweep is best given this and many trials. At least 1.
    /// </summary>
    public int? Steps
    {
        get;
        init
        {
            if (value is { } n)
                ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof(Steps));
            field = value;
        }
    }

    /// <summary>
    /// Once the trials have cost so much together, as <see cref="CostMetric"/> measures it (seconds, where that is
    /// null), no trial starts or goes on from a pause; null for no limit. Above 0.
    /// </summary>
    public double? Cost
    {
        get;
        init
        {
            if (value is { } limit)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit, nameof(Cost));
            field = value;
        }
    }

    /// <summary>
    /// What a trial's cost is measured in. The cost is kept with the trial and looked at by samplers that are told to.
    /// Default null: costs are measured, in seconds, only where <see cref="Cost"/> or the sampler needs them.
    /// </summary>
    public CostMetric? CostMetric { get; init; }

    /// <summary>
    /// The search ends once its best value is surely nearer than this to the best there is (see
    /// <see cref="Search.RegretTerminator"/>), in the objective's unit; null for never. Above 0.
    /// </summary>
    public double? Regret
    {
        get;
        init
        {
            if (value is { } tolerance)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance, nameof(Regret));
            field = value;
        }
    }

    /// <summary>
    /// No new trial starts after this much time, and running ones stop at their next step; null for no limit.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The sweep ends as failed once this many trials have failed; null for no limit.</summary>
    public int? MaxFailed
    {
        get;
        init
        {
            if (value is { } n)
                ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof(MaxFailed));
            field = value;
        }
    }
}
