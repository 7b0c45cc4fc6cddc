using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Everything that defines a sweep: an immutable, validated description made by <see cref="SweepFile"/> from YAML or by
/// the fluent
/// builder in C#.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>Name of the sweep and of its study: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Seed of everything that is drawn: split, initial weights, shuffles, dropout and suggestions. Default 0.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>What is optimised; of several objectives the first, which decides what the best trial is.</summary>
    public required ObjectiveSpec Objective { get; init; }

    /// <summary>The other objectives, at most three; empty, the default, for a sweep of one.</summary>
    public ImmutableArray<ObjectiveSpec> MoreObjectives { get; init; } = [];

    /// <summary>All objectives, the first one first.</summary>
    public ImmutableArray<ObjectiveSpec> Objectives => [Objective, .. MoreObjectives];

    /// <summary>
    /// What a trial of a built-in model must keep; a C# function tells its constraints itself. Default: nothing.
    /// </summary>
    public ImmutableArray<ConstraintSpec> Constraints { get; init; } = [];

    /// <summary>What is searched; null when the trial's function declares its parameters as it runs.</summary>
    public SearchSpace? Space { get; init; }

    /// <summary>What one trial does.</summary>
    public required TrialProgram Program { get; init; }

    /// <summary>How configurations are proposed. Default: the tree-structured Parzen estimator.</summary>
    public Sampler Sampler { get; init; } = new TpeSampler();

    /// <summary>What stops or pauses trials early. Default: nothing.</summary>
    public Pruner Pruner { get; init; } = new NoPruner();

    /// <summary>How much may be spent.</summary>
    public BudgetSpec Budget { get; init; } = new();

    /// <summary>Whether trials that fail are tried again. Default: not.</summary>
    public RetrySpec Retry { get; init; } = new();

    /// <summary>
    /// What workers must have, and each rank takes of them; a sweep that runs in its own process ignores it. Default:
    /// nothing but a slot.
    /// </summary>
    public ResourceSpec Resources { get; init; } = new();

    /// <summary>
    /// Where past studies lie from which the sampler may learn: output folders, study files, or <c>.jsonl</c> files
    /// with a trial a line. They may have other spaces and scales, and the same number of objectives. Default: none.
    /// </summary>
    public ImmutableArray<string> PastStudies { get; init; } = [];

    /// <summary>
    /// Whether the best configuration is trained once more on train and validation data together before the test.
    /// Default false.
    /// </summary>
    public bool Retrain { get; init; }

    /// <summary>
    /// Folder for everything the sweep leaves behind; null to keep nothing (only a C# sweep in memory).
    /// </summary>
    public string? OutputFolder { get; init; }

    /// <summary>
    /// The text that this description was read from, kept with the study; empty when it was built in C#.
    /// </summary>
    public string Source { get; init; } = "";

    /// <summary>Whether anything that the sweep looks at takes all predictions of an epoch.</summary>
    internal bool NeedsPredictions =>
        Objectives.Select(objective => objective.Metric)
            .Concat(Constraints.Select(constraint => constraint.Metric))
            .Append((Program as ModelProgram)?.Training.EarlyStopping?.Metric ?? "")
            .Any(StepMetrics.NeedsPredictions);

    /// <summary>What costs are measured in; null where nobody asks for them.</summary>
    internal CostMetric? CostMetric =>
        Budget.CostMetric
        ?? (Budget.Cost is not null || Sampler is GpSampler { Options.Acquisition: GpAcquisition.ImprovementPerCost }
            ? TuneGraph.CostMetric.Seconds
            : null);

    /// <summary>The objectives' values among what was measured.</summary>
    /// <exception cref="TuneGraphException">One was not measured.</exception>
    internal ValueList ValuesOf(StepMetrics metrics) =>
        [.. Objectives.Select(objective => Measured(metrics, objective.Metric))];

    /// <summary>The constraints' values among what was measured.</summary>
    /// <exception cref="TuneGraphException">One was not measured.</exception>
    internal ValueList ConstraintsOf(StepMetrics? metrics) =>
        metrics is null
            ? default
            : [.. Constraints.Select(constraint => constraint.Excess(Measured(metrics, constraint.Metric)))];

    /// <summary>Whether everything was measured that the sweep looks at.</summary>
    internal bool IsToldBy(StepMetrics metrics) =>
        Objectives.Select(objective => objective.Metric)
            .Concat(Constraints.Select(constraint => constraint.Metric))
            .Concat((Program as ModelProgram)?.Training.EarlyStopping is { Metric: { } metric } ? [metric] : [])
            .All(name => metrics[name] is not null);

    private static double Measured(StepMetrics metrics, string metric) =>
        metrics[metric]
        ?? throw new TuneGraphException(
            $"The metric '{metric}' is not measured by this model on this data; "
                + $"use one of {string.Join(", ", StepMetrics.Names.Where(name => name != metric))}."
        );
}
