using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// One entry of a study's log. A closed family: the state of a study is a function of its options and its log, so
/// whoever keeps the log can restore the study.
/// </summary>
public abstract record StudyEvent
{
    private protected StudyEvent(int number) => Number = number;

    /// <summary>
    /// The number of the trial to which it happened; of an imported one its place among those.
    /// </summary>
    public int Number { get; }
}

/// <summary>A trial of a past study was made known. It is none of this study's trials.</summary>
/// <param name="Number">Its place among all that were made known, from 0.</param>
/// <param name="Study">The past study's name.</param>
/// <param name="Configuration">What it was run with, in the past study's space.</param>
/// <param name="Values">
/// Each objective at its end, finite, in the directions of this study.
/// </param>
public sealed record TrialImported(int Number, string Study, Configuration Configuration, ValueList Values)
    : StudyEvent(Number);

/// <summary>The study may spend another budget from here on.</summary>
/// <param name="Number">The number of the next trial.</param>
/// <param name="Budget">What it may spend in all, what is spent already included.</param>
public sealed record BudgetChanged(int Number, StudyBudget Budget) : StudyEvent(Number);

/// <summary>Parameters have other ranges from here on; conditions and rules stay.</summary>
/// <param name="Number">The number of the next trial.</param>
/// <param name="Ranges">The parameters whose values are others now; their conditions are not looked at.</param>
public sealed record RangesChanged(int Number, ImmutableArray<Parameter> Ranges) : StudyEvent(Number)
{
    /// <summary>Whether the other one changes the same parameters in the same way, in the same order.</summary>
    public bool Equals(RangesChanged? other) =>
        other is not null && Number == other.Number && Ranges.AsSpan().SequenceEqual(other.Ranges.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Number, Ranges.Length);
}

/// <summary>A trial was asked for or enqueued; it runs from now on.</summary>
/// <param name="Number">The trial's number: one more than the last one's, from 0.</param>
/// <param name="Configuration">
/// What it is run with. In a define-by-run study: the values proposed for parameters that it may ask for.
/// </param>
/// <param name="Given">Whether the configuration was enqueued, not suggested by the sampler.</param>
/// <param name="Origin">The checkpoint from which it goes on; null where it starts from nothing.</param>
public sealed record TrialAsked(
    int Number, Configuration Configuration, bool Given = false, TrialOrigin? Origin = null) : StudyEvent(Number)
{
    /// <summary>Why the sampler proposed it, for people; null where it said nothing.</summary>
    public string? Why { get; init; }
}

/// <summary>A define-by-run trial asked for a parameter's value.</summary>
/// <param name="Number">The trial's number.</param>
/// <param name="Parameter">What it asked for; its condition is not looked at.</param>
/// <param name="Value">What it got.</param>
public sealed record ParameterSuggested(int Number, Parameter Parameter, ParameterValue Value) : StudyEvent(Number);

/// <summary>A running trial measured its objectives.</summary>
/// <param name="Number">The trial's number.</param>
/// <param name="Step">The step, above all that it reported before.</param>
/// <param name="Values">Each objective, finite.</param>
public sealed record StepReported(int Number, int Step, ValueList Values) : StudyEvent(Number)
{
    /// <summary>The first objective: the only one of most studies.</summary>
    public double Value => Values[0];
}

/// <summary>A running trial was paused.</summary>
/// <param name="Number">The trial's number.</param>
/// <param name="Step">The step at which it can be resumed.</param>
public sealed record TrialPaused(int Number, int Step) : StudyEvent(Number);

/// <summary>A paused trial runs again.</summary>
/// <param name="Number">The trial's number.</param>
public sealed record TrialResumed(int Number) : StudyEvent(Number);

/// <summary>A trial ended.</summary>
/// <param name="Number">The trial's number.</param>
/// <param name="State">One of the terminal states.</param>
/// <param name="Values">
/// Each objective at the end, finite; always there for a completed trial, and empty where nothing was measured.
/// </param>
/// <param name="Reason">Why it ended, for people.</param>
/// <param name="Constraints">Each constraint, finite and satisfied at or below 0; empty where there are none.</param>
public sealed record TrialTold(
    int Number, TrialState State, ValueList Values, string? Reason, ValueList Constraints = default)
    : StudyEvent(Number)
{
    /// <summary>The first objective, the only one of most studies; null where nothing was measured.</summary>
    public double? Value => Values.Length == 0 ? null : Values[0];

    /// <summary>
    /// What the trial cost in all, in seconds or in any other unit that all trials share; not negative. Null where that
    /// is unknown.
    /// </summary>
    public double? Cost { get; init; }

    /// <summary>
    /// By how much constraints are broken: the sum of those above 0; +∞ where the trial was told
    /// <see cref="TrialState.Infeasible"/> and none is known to be broken.
    /// </summary>
    internal double Violation
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < Constraints.Length; i++)
                sum += Math.Max(0, Constraints[i]);
            return sum == 0 && State == TrialState.Infeasible ? double.PositiveInfinity : sum;
        }
    }
}
