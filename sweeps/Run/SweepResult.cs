using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>How a sweep ended.</summary>
public enum SweepOutcome
{
    /// <summary>The budget is spent, or the target reached, and the results are written.</summary>
    Finished,

    /// <summary>It was told to stop; the study can be resumed.</summary>
    Interrupted,

    /// <summary>The time limit was reached; the results so far are written if a trial had completed.</summary>
    TimedOut,

    /// <summary>It ended without a result: no trial completed, or too many failed.</summary>
    Failed,
}

/// <summary>What a sweep found.</summary>
public sealed record SweepResult
{
    /// <summary>How it ended.</summary>
    public required SweepOutcome Outcome { get; init; }

    /// <summary>Why it did not finish; null when it did.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The best completed trial that keeps all constraints; null when there is none. Of several objectives the first
    /// one's best, of equal ones the second one's.
    /// </summary>
    public TrialSummary? Best { get; init; }

    /// <summary>
    /// The completed trials that keep all constraints and that no other one dominates, by number: with one objective
    /// those of the best value.
    /// </summary>
    public ImmutableArray<TrialSummary> Front { get; init; } = [];

    /// <summary>Every trial, by number.</summary>
    public required ImmutableArray<TrialSummary> Trials { get; init; }

    /// <summary>
    /// Metrics of the final model on the test split, by name; empty for a C# function or without a test split.
    /// </summary>
    public ImmutableArray<KeyValuePair<string, double>> Test { get; init; } = [];

    /// <summary>Steps that were not computed because an equal segment was known already.</summary>
    public int SharedSteps { get; init; }

    /// <summary>The folder with the results; null when nothing was written.</summary>
    public string? OutputFolder { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        Best is { } best
            ? $"best value {ConfigurationText.Short(best.Values)} in trial {best.Number}: "
                + ConfigurationText.Short(best.Configuration)
            : $"no completed trial ({Outcome}: {Reason})";
}
