using System.Collections.Immutable;
using TuneGraph.Graph;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What running tasks and the outside world tell the runner's loop.</summary>
internal abstract record RunnerMessage;

/// <summary>A trial finished a step and waits for the verdict. The checkpoint, if any, is complete on disk.</summary>
internal sealed record StepFinished(
    int Trial,
    int Step,
    ValueList Values,
    StepMetrics? Metrics,
    StoredCheckpoint? Checkpoint,
    Reply<bool> GoOn
) : RunnerMessage
{
    /// <summary>
    /// The segment that it is a step of, where the attempt may be an old one: the step counts only while that segment
    /// is wanted. Null for tasks of this process.
    /// </summary>
    public TaskKey? Segment { get; init; }

    /// <summary>Whether the attempt has lost its lease: what it found is taken, but it must end.</summary>
    public bool IsLate { get; init; }
}

/// <summary>A trial's first steps were compared with the oracle's.</summary>
internal sealed record StepsVerified(int Trial, Training.VerificationReport Report) : RunnerMessage;

/// <summary>A C# function asks for a parameter and waits for its value.</summary>
internal sealed record ParameterAsked(int Trial, Parameter Parameter, Reply<ParameterValue> Value) : RunnerMessage;

/// <summary>A C# function says what its trial costs.</summary>
internal sealed record CostTold(int Trial, double Cost) : RunnerMessage;

/// <summary>Who works on a task printed something.</summary>
internal sealed record OutputCame(TaskKey Key, ImmutableArray<PrintedLine> Lines) : RunnerMessage;

/// <summary>A task ended.</summary>
internal sealed record TaskEnded(TaskKey Key, int Attempt, TaskOutcome Outcome) : RunnerMessage;

/// <summary>The graph has something to say.</summary>
internal sealed record Instructed(Instruction Instruction) : RunnerMessage;

/// <summary>The time that the graph asked to be woken at has come.</summary>
internal sealed record TimerDue : RunnerMessage;

/// <summary>Something that has to be done between two messages, by the loop's own thread.</summary>
internal sealed record Errand(Action Run) : RunnerMessage;

/// <summary>There are more or fewer slots than before.</summary>
internal sealed record SlotsChanged : RunnerMessage;

/// <summary>Another study's worker has a segment that the sweep needs too, or has it no more.</summary>
internal sealed record SegmentElsewhere(string Key, bool IsTaken) : RunnerMessage;

/// <summary>Somebody wants a configuration to be tried; the answer is the trial's number.</summary>
internal sealed record TrialWanted(Configuration Configuration, Reply<int> Number) : RunnerMessage;

/// <summary>The sweep has other bounds from now on: budget, resources, ranges.</summary>
internal sealed record BoundsChanged(SweepSpec Sweep) : RunnerMessage;

/// <summary>The sweep is to stop: at the next step of each trial, or at once.</summary>
internal sealed record StopAsked(SweepOutcome Outcome, string Reason, bool Now) : RunnerMessage;

/// <summary>This process has to end: the study stays as it is, for the next one.</summary>
internal sealed record LeaveAsked : RunnerMessage;

/// <summary>What a C# function gave.</summary>
internal sealed record FunctionResult(ValueList Values, ValueList Constraints)
{
    /// <summary>What is wrong with it; null when it can be used.</summary>
    public string? Fault(int objectives)
    {
        if (Values.Length != objectives)
            return $"the objective returned {Values.Length} values, and there are {objectives} objectives";
        if (!Values.All(double.IsFinite))
            return objectives == 1
                ? $"the objective returned {Values}, which is no finite number"
                : $"the objective returned ({Values}), which are not all finite numbers";
        return Constraints.All(double.IsFinite)
            ? null
            : $"the constraints are ({Constraints}), which are not all finite numbers";
    }
}

/// <summary>How a task ended.</summary>
internal abstract record TaskOutcome;

/// <summary>It did what it was asked; the result is what dependents need.</summary>
internal sealed record TaskDone(object? Result) : TaskOutcome;

/// <summary>It was told to stop before its end.</summary>
internal sealed record TaskInterrupted : TaskOutcome;

/// <summary>It failed.</summary>
/// <param name="Fault">What went wrong.</param>
/// <param name="Error">The error itself, where it was thrown in this process.</param>
internal sealed record TaskThrew(TaskFault Fault, Exception? Error = null) : TaskOutcome
{
    public static TaskThrew Of(Exception error) => new(TaskFault.Of(error), error);
}

/// <summary>
/// It ended without a result and without an error of its own: its worker was lost or had to leave, its process died.
/// The graph knows that already, and starts it anew or gives it up.
/// </summary>
internal sealed record TaskTakenBack(AttemptState State, string Reason) : TaskOutcome;
