using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>A line of what a study's store tells: what became of trials, and of the attempts at their tasks.</summary>
/// <param name="At">When.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Trial">The trial; null where it concerns none.</param>
/// <param name="Worker">Who did it; null where nobody did.</param>
/// <param name="Text">What happened, for people.</param>
internal sealed record LogLine(DateTimeOffset At, LogLineLevel Level, int? Trial, string? Worker, string Text)
{
    /// <summary>Whether a trial printed it.</summary>
    public bool IsPrinted { get; init; }

    /// <summary>The lines of a study, the newest first; steps are left out.</summary>
    public static IEnumerable<LogLine> Of(IEnumerable<LoggedEvent> log, IEnumerable<StoredAttempt> attempts) =>
        log.Where(logged => logged.Event is not (StepReported or ParameterSuggested)).Select(Of)
            .Concat(attempts.SelectMany(Of))
            .OrderByDescending(line => line.At);

    /// <summary>What was printed, the newest first.</summary>
    public static IEnumerable<LogLine> Of(IEnumerable<StoredLine> printed, IReadOnlyCollection<StoredAttempt> attempts)
    {
        var workers = attempts.ToDictionary(attempt => (attempt.TaskKey, attempt.Number), attempt => attempt.Worker);
        return printed.Reverse().Select(line => new LogLine(
            line.At,
            LogLineLevel.Info,
            line.Trial,
            (workers.GetValueOrDefault((line.TaskKey, line.Attempt)) ?? "")
                + (line.Line.Rank is { } rank ? FormattableString.Invariant($" rank {rank}") : "")
                + (line.Line.IsError ? " stderr" : ""),
            line.Line.Text)
        {
            IsPrinted = true,
        });
    }

    private static LogLine Of(LoggedEvent logged)
    {
        var (level, text) = logged.Event switch
        {
            TrialAsked { Origin: { } origin } => (
                LogLineLevel.Info, $"asked for, as a fork of trial {origin.Trial} at step {origin.Step}"),
            TrialAsked { Given: true } => (LogLineLevel.Info, "enqueued by the user"),
            TrialAsked { Why: { } why } => (LogLineLevel.Info, $"asked for: {why}"),
            TrialAsked => (LogLineLevel.Info, "asked for"),
            TrialPaused paused => (LogLineLevel.Info, $"paused after step {paused.Step}"),
            TrialResumed => (LogLineLevel.Info, "goes on"),
            TrialTold told => (
                told.State is TrialState.Failed or TrialState.Infeasible ? LogLineLevel.Error : LogLineLevel.Info,
                told.State.ToString().ToLowerInvariant()
                    + (told.Values.Length > 0 ? " at " + Show.Values(told.Values) : "")
                    + (told.Reason is { } reason ? ": " + reason : "")),
            BudgetChanged { Budget: var budget } => (LogLineLevel.Info, $"the budget is {Limits(budget)} from now on"),
            RangesChanged { Ranges: var ranges } => (
                LogLineLevel.Info, $"searched from now on: {string.Join("; ", ranges)}"),
            _ => (LogLineLevel.Info, "made known from a past study"),
        };
        var trial = logged.Event is TrialImported or BudgetChanged or RangesChanged ? (int?)null : logged.Event.Number;
        return new LogLine(logged.At, level, trial, null, text);
    }

    private static string Limits(StudyBudget budget)
    {
        string?[] limits =
        [
            budget.Trials is { } trials ? FormattableString.Invariant($"{trials} trials") : null,
            budget.Steps is { } steps ? FormattableString.Invariant($"{steps} steps") : null,
            budget.Cost is { } cost ? FormattableString.Invariant($"a cost of {cost:G6}") : null,
        ];
        return string.Join(", ", limits.OfType<string>()) is { Length: > 0 } text ? text : "not limited";
    }

    private static IEnumerable<LogLine> Of(StoredAttempt attempt)
    {
        var what = $"attempt {attempt.Number} at {attempt.TaskKey}";
        yield return new LogLine(attempt.StartedAt, LogLineLevel.Info, attempt.Trial, attempt.Worker, what + " began");
        if (attempt.EndedAt is not { } ended)
            yield break;
        var level = attempt.State switch
        {
            AttemptState.Failed => LogLineLevel.Error,
            AttemptState.Lost => LogLineLevel.Warning,
            _ => LogLineLevel.Info,
        };
        yield return new LogLine(
            ended, level, attempt.Trial, attempt.Worker,
            $"{what} {attempt.State.ToString().ToLowerInvariant()}{(attempt.Reason is { } why ? ": " + why : "")}");
    }
}

/// <summary>How bad something is.</summary>
internal enum LogLineLevel
{
    Info,
    Warning,
    Error,
}
