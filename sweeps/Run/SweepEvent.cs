namespace TuneGraph;

/// <summary>
/// Something that happened in a running sweep, told to whoever watches. Told in order, from one thread at a time.
/// </summary>
public abstract record SweepEvent
{
    private protected SweepEvent() { }
}

/// <summary>The sweep has begun, or goes on.</summary>
/// <param name="Spec">What is run.</param>
/// <param name="Parallel">Trials that run at the same time.</param>
/// <param name="Known">Trials known from before; 0 for a new study.</param>
public sealed record SweepStarted(SweepSpec Spec, int Parallel, int Known) : SweepEvent;

/// <summary>A trial starts, or goes on after a pause or an interruption.</summary>
/// <param name="Trial">The trial as it is now.</param>
public sealed record TrialStarted(TrialSummary Trial) : SweepEvent;

/// <summary>A trial finished a step.</summary>
/// <param name="Trial">The trial as it is now.</param>
/// <param name="Step">Finished steps.</param>
/// <param name="Value">The objective after that step.</param>
/// <param name="Metrics">Everything measured; null for a C# function.</param>
public sealed record TrialStepped(TrialSummary Trial, int Step, double Value, StepMetrics? Metrics) : SweepEvent;

/// <summary>The first steps of a trial were computed once more, and compared.</summary>
/// <param name="Trial">The trial's number.</param>
/// <param name="Report">How they compare.</param>
public sealed record TrialVerified(int Trial, Training.VerificationReport Report) : SweepEvent;

/// <summary>A trial stopped running: it completed, failed, was pruned or paused.</summary>
/// <param name="Trial">The trial as it is now; its state says which.</param>
/// <param name="IsBest">Whether it is the best completed trial so far.</param>
/// <param name="Why">The rule that decided, for people; null when it simply completed.</param>
public sealed record TrialEnded(TrialSummary Trial, bool IsBest, string? Why) : SweepEvent;

/// <summary>One of the sweep's own tasks starts: reading data, retraining, evaluating or exporting.</summary>
/// <param name="Kind">Its kind.</param>
public sealed record StageStarted(string Kind) : SweepEvent;

/// <summary>The sweep has ended.</summary>
/// <param name="Result">How it ended.</param>
public sealed record SweepEnded(SweepResult Result) : SweepEvent;
