using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Cli;

/// <summary>An error as the user sees it: one clear message, no stack trace, and an exit code.</summary>
/// <param name="ExitCode">See <see cref="Cli.ExitCode"/>.</param>
/// <param name="Lines">What to write to standard error.</param>
internal sealed record Failure(int ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>What to tell about an error; null for one that nobody foresaw, which must show its stack.</summary>
    public static Failure? Explain(Exception exception) =>
        exception switch
        {
            SweepFileException e => new(
                Cli.ExitCode.InvalidInput,
                [.. e.Diagnostics.Select(diagnostic => diagnostic.ToString())]
            ),
            DataException e => new(Cli.ExitCode.InvalidInput, [Error(e)]),
            SchedulerException { Errors: { IsEmpty: false } errors } => new(Cli.ExitCode.InvalidInput, errors),
            SchedulerException { Code: "study-not-found" or "trial-not-found" } e => new(
                Cli.ExitCode.NotFound,
                [Error(e)]
            ),
            SchedulerException { Code: "study-exists" or "study-not-running" } e => new(
                Cli.ExitCode.Conflict,
                [Error(e)]
            ),
            StudyNotFoundException e => new(Cli.ExitCode.NotFound, [Error(e)]),
            OperationCanceledException e => new(Cli.ExitCode.Interrupted, [Error(e)]),
            StudyConflictException e => new(Cli.ExitCode.Conflict, [Error(e)]),
            TuneGraphException or SearchSpaceException or IOException or UnauthorizedAccessException => new(
                Cli.ExitCode.Failed,
                [Error(exception)]
            ),
            _ => null,
        };

    private static string Error(Exception e) => $"error: {e.Message}";
}
