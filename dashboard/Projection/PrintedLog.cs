using System.Globalization;

namespace TuneGraph.Dashboard;

/// <summary>Which part of a trial's log somebody wants to see.</summary>
/// <param name="Trial">The trial.</param>
internal sealed record PrintedWish(int Trial)
{
    /// <summary>Only that attempt: its place, from 1, among the trial's attempts; null for all.</summary>
    public int? Attempt { get; init; }

    /// <summary>Only what that rank printed.</summary>
    public int? Rank { get; init; }

    /// <summary>Only what went to the standard error.</summary>
    public bool ErrorsOnly { get; init; }

    /// <summary>Only what contains this.</summary>
    public string? Text { get; init; }

    /// <summary>Whether steps and attempts are told of between the lines.</summary>
    public bool IsWhole => Rank is null && !ErrorsOnly && string.IsNullOrWhiteSpace(Text);
}

/// <summary>How far a log has been read: the place of its last line, and how many steps and marks were told.</summary>
internal readonly record struct PrintedCursor(long Place, int Steps, int Marks)
{
    /// <summary>The cursor in a text such as <c>120-4-2</c>; the beginning when it is none.</summary>
    public static PrintedCursor Of(string? text)
    {
        const NumberStyles Style = NumberStyles.None;
        var culture = CultureInfo.InvariantCulture;
        return text?.Split('-') is [var place, var steps, var marks]
            && long.TryParse(place, Style, culture, out var p)
            && int.TryParse(steps, Style, culture, out var s)
            && int.TryParse(marks, Style, culture, out var m)
            ? new PrintedCursor(p, s, m)
            : default;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Place}-{Steps}-{Marks}");
}

/// <summary>Kinds of entries of a log.</summary>
internal enum PrintedKind
{
    /// <summary>An attempt began, or ended well.</summary>
    Mark,

    /// <summary>An attempt ended badly, with the reason.</summary>
    Fault,

    /// <summary>A step was reported.</summary>
    Step,

    /// <summary>Printed to the standard output.</summary>
    Out,

    /// <summary>Printed to the standard error.</summary>
    Error,
}

/// <summary>An entry of a trial's log.</summary>
internal sealed record PrintedEntry(DateTimeOffset At, PrintedKind Kind, int? Rank, string Text)
{
    /// <summary>The entry in a file of text.</summary>
    public string Plain => string.Create(
        CultureInfo.InvariantCulture,
        $"{At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} {(Rank is { } rank ? $"rank {rank}" : "-")} "
            + $"{Kind.ToString().ToLowerInvariant()}: {Text}");
}

/// <summary>
/// The log of a trial: what its ranks printed, and between the lines its steps and the beginning and end of each
/// attempt, so that the last line says why an attempt ended.
/// </summary>
/// <param name="Entries">The newest entries behind the cursor, the oldest first.</param>
/// <param name="Next">Where the next reading goes on.</param>
/// <param name="IsCut">Whether there is more before the first entry that could be shown.</param>
/// <param name="LeftOut">Characters that were printed and are not kept any more.</param>
internal sealed record PrintedLog(List<PrintedEntry> Entries, PrintedCursor Next, bool IsCut, long LeftOut)
{
    /// <summary>Reads on.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static PrintedLog Read(StudyFeed feed, PrintedWish wish, PrintedCursor after, int most = int.MaxValue)
    {
        // Asked first: what is printed before an attempt ends is then never told behind its end.
        var (attempts, steps, metric) = feed.Look(view => (
            view.Work.Attempts.Where(attempt => attempt.Trial == wish.Trial).ToList(),
            wish.IsWhole ? view.Curves(wish.Trial)[wish.Trial].ToList() : [],
            view.Definition.Metric));
        var one = wish.Attempt is { } number ? attempts.ElementAtOrDefault(number - 1) : null;
        var lines = feed.Printed(new PrintedQuery
        {
            Trial = wish.Trial,
            TaskKey = one?.TaskKey,
            Attempt = one?.Number,
            Rank = wish.Rank,
            ErrorsOnly = wish.ErrorsOnly,
            Text = string.IsNullOrWhiteSpace(wish.Text) ? null : wish.Text.Trim(),
            After = after.Place,
            Most = most,
        });
        List<PrintedEntry> marks = wish.IsWhole
            ? [.. (one is null ? attempts : [one]).SelectMany(Marks).OrderBy(mark => mark.At)]
            : [];
        var told = steps.Where(step => one is null
            || (step.At >= one.StartedAt && !(step.At > one.EndedAt))).ToList();
        var entries = marks.Skip(after.Marks)
            .Concat(lines.Select(Entry))
            .Concat(told.Skip(after.Steps).Select(step => Entry(step, metric)))
            .OrderBy(entry => entry.At).ThenBy(Order).ToList();
        var isCut = lines.Count == most || entries.Count > most;
        return new PrintedLog(
            entries.Count > most ? entries[^most..] : entries,
            new PrintedCursor(lines.Count > 0 ? lines[^1].Place : after.Place, told.Count, marks.Count),
            isCut,
            isCut || !wish.IsWhole
                ? 0
                : lines.DistinctBy(line => (line.TaskKey, line.Attempt)).Sum(line => line.Before));
    }

    // Of one moment: an attempt begins, prints, has a step behind it, ends.
    private static int Order(PrintedEntry entry) => entry switch
    {
        { Kind: PrintedKind.Mark, Text: var text } when text.EndsWith("began", StringComparison.Ordinal) => 0,
        { Kind: PrintedKind.Mark or PrintedKind.Fault } => 3,
        { Kind: PrintedKind.Step } => 2,
        _ => 1,
    };

    private static PrintedEntry Entry(StoredLine line) =>
        new(line.At, line.Line.IsError ? PrintedKind.Error : PrintedKind.Out, line.Line.Rank, line.Line.Text);

    private static PrintedEntry Entry(CurvePoint step, string metric)
    {
        string?[] parts =
        [
            $"{metric} {Show.Number(step.Value)}",
            step.Metrics?.TrainLoss is { } loss ? $"training loss {Show.Number(loss)}" : null,
            step.Metrics?.ValidationAccuracy is { } accuracy ? $"validation accuracy {Show.Number(accuracy)}" : null,
        ];
        var text = string.Join(", ", parts.OfType<string>());
        return new PrintedEntry(
            step.At, PrintedKind.Step, null, string.Create(CultureInfo.InvariantCulture, $"step {step.Step}: {text}"));
    }

    private static IEnumerable<PrintedEntry> Marks(StoredAttempt attempt)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"attempt {attempt.Number} at {attempt.TaskKey}");
        var ranks = attempt.Ranks > 1
            ? string.Create(CultureInfo.InvariantCulture, $" with {attempt.Ranks} ranks")
            : "";
        yield return new PrintedEntry(
            attempt.StartedAt, PrintedKind.Mark, null, $"{what} on {attempt.Worker}{ranks} began");
        if (attempt.EndedAt is not { } ended)
            yield break;
        var isBad = attempt.State is AttemptState.Failed or AttemptState.Lost or AttemptState.OutOfMemory;
        yield return new PrintedEntry(
            ended, isBad ? PrintedKind.Fault : PrintedKind.Mark, null,
            $"{what} {Show.Words(attempt.State)}{(attempt.Reason is { } why ? ": " + why : "")}");
    }
}
