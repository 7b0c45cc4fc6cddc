using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>One fact to be kept. The changes handed over together are kept together or not at all.</summary>
public abstract record StoreChange
{
    private protected StoreChange() { }
}

/// <summary>An event of the study's log.</summary>
/// <param name="Event">The event.</param>
/// <param name="Metrics">With <see cref="StepReported"/>, everything measured at that step; else empty.</param>
public sealed record EventLogged(StudyEvent Event, StepMetrics? Metrics = null) : StoreChange;

/// <summary>A task of the sweep's graph was planned or changed its state.</summary>
/// <param name="Task">The task as it is now.</param>
public sealed record TaskChanged(StoredTask Task) : StoreChange;

/// <summary>A trial took steps over that another one had computed, instead of computing them again.</summary>
/// <param name="Segment">What it took over.</param>
public sealed record SegmentShared(StoredShare Segment) : StoreChange;

/// <summary>An attempt at a task began.</summary>
/// <param name="TaskKey">Key of the task.</param>
/// <param name="Number">1 for the first attempt.</param>
/// <param name="Trial">The trial it belongs to; null for tasks of the whole sweep.</param>
/// <param name="Worker">The process that runs it, as <c>host:pid</c>.</param>
/// <param name="Ranks">Number of ranks that run it together.</param>
public sealed record AttemptStarted(string TaskKey, int Number, int? Trial, string Worker, int Ranks) : StoreChange;

/// <summary>An attempt ended.</summary>
/// <param name="TaskKey">Key of the task.</param>
/// <param name="Number">Number of the attempt.</param>
/// <param name="State">How it ended.</param>
/// <param name="Reason">Why, for people; null after a success.</param>
public sealed record AttemptEnded(string TaskKey, int Number, AttemptState State, string? Reason) : StoreChange;

/// <summary>
/// A checkpoint file was written, and is complete. It takes the place of the task's checkpoint before it.
/// </summary>
/// <param name="Checkpoint">The checkpoint.</param>
public sealed record CheckpointSaved(StoredCheckpoint Checkpoint) : StoreChange;

/// <summary>The study as a whole changed its state.</summary>
/// <param name="State">The new state.</param>
/// <param name="Reason">Why, for people; null when there is nothing to say.</param>
public sealed record StudyStateChanged(StudyState State, string? Reason = null) : StoreChange;

/// <summary>
/// Somebody who works on a task printed something; it belongs to the newest attempt at that task. Of what was printed
/// before, the oldest goes where there is too much of it: see <see cref="PrintedLine.MostOfAttempt"/> and
/// <see cref="PrintedLine.MostOfStudy"/>.
/// </summary>
/// <param name="TaskKey">Key of the task.</param>
/// <param name="Trial">The trial that it belongs to.</param>
/// <param name="Lines">The lines, in order.</param>
public sealed record LinesPrinted(string TaskKey, int Trial, ImmutableArray<PrintedLine> Lines) : StoreChange;

/// <summary>
/// A call that changed the study was answered: whoever repeats it gets the same answer, and changes nothing.
/// </summary>
/// <param name="Key">The caller's key.</param>
/// <param name="Answer">The answer.</param>
public sealed record CallAnswered(string Key, string Answer) : StoreChange;

/// <summary>Answers that nobody will ask for any more are forgotten.</summary>
/// <param name="Before">Those that were given before this moment.</param>
public sealed record AnswersForgotten(DateTimeOffset Before) : StoreChange;
