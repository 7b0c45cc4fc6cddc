using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Kinds of failures, as far as they are treated differently.</summary>
internal enum FaultKind
{
    /// <summary>An error was thrown.</summary>
    Failed,

    /// <summary>There was not enough memory.</summary>
    OutOfMemory,

    /// <summary>The training diverged: its configuration is at fault, and would be again.</summary>
    Diverged,
}

/// <summary>What went wrong in an attempt.</summary>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Type">Name of the error's type.</param>
/// <param name="Message">The error's message.</param>
internal sealed record TaskFault(FaultKind Kind, string Type, string Message)
{
    /// <summary>Why the trial failed, as its study keeps it.</summary>
    public string Reason => $"{Type}: {Message}";

    /// <summary>What the attempt's record says.</summary>
    public string Note =>
        Kind == FaultKind.OutOfMemory && !Message.StartsWith("out of memory", StringComparison.Ordinal)
            ? $"out of memory: {Message}"
            : Message;

    public static TaskFault Of(Exception error) =>
        new(
            error switch
            {
                OutOfMemoryException or DeviceException { Failure: DeviceFailure.OutOfMemory } =>
                    FaultKind.OutOfMemory,
                TrainingDivergedException => FaultKind.Diverged,
                _ => FaultKind.Failed,
            },
            error.GetType().Name,
            error.Message);
}
