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
) : RunnerMessage;

/// <summary>A C# function asks for a parameter and waits for its value.</summary>
internal sealed record ParameterAsked(int Trial, Parameter Parameter, Reply<ParameterValue> Value) : RunnerMessage;

/// <summary>A C# function says what its trial costs.</summary>
internal sealed record CostTold(int Trial, double Cost) : RunnerMessage;

/// <summary>A task ended.</summary>
internal sealed record TaskEnded(TaskKey Key, int Attempt, TaskOutcome Outcome) : RunnerMessage;

/// <summary>The sweep is to stop: at the next step of each trial, or at once.</summary>
internal sealed record StopAsked(SweepOutcome Outcome, string Reason, bool Now) : RunnerMessage;

/// <summary>What a C# function gave.</summary>
internal sealed record FunctionResult(ValueList Values, ValueList Constraints);

/// <summary>How a task ended.</summary>
internal abstract record TaskOutcome;

/// <summary>It did what it was asked; the result is what dependents need.</summary>
internal sealed record TaskDone(object? Result) : TaskOutcome;

/// <summary>It was told to stop before its end.</summary>
internal sealed record TaskInterrupted : TaskOutcome;

/// <summary>It failed.</summary>
internal sealed record TaskThrew(Exception Error) : TaskOutcome;
