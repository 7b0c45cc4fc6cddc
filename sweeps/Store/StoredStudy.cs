using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What a store keeps of a study's definition.</summary>
/// <param name="Name">The study's name, unique in its store.</param>
/// <param name="Metric">Name of the first objective's metric.</param>
/// <param name="Direction">Whether smaller or larger is better there.</param>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Pruner">Name of the pruner.</param>
/// <param name="Seed">The sweep's seed.</param>
/// <param name="Trials">The budget in trials.</param>
/// <param name="Source">The sweep's text; empty when it was built in C#.</param>
/// <param name="DefineByRun">
/// Whether trials ask for their parameters as they run; then what they were asked with is only a proposal.
/// </param>
/// <param name="Fingerprint">Hash of everything that decides what a trial's numbers mean; see <see
/// cref="SweepFingerprint"/>.</param>
public sealed record StudyDefinition(
    string Name,
    string Metric,
    Direction Direction,
    string Sampler,
    string Pruner,
    ulong Seed,
    int Trials,
    string Source,
    bool DefineByRun,
    string Fingerprint
)
{
    /// <summary>The objectives after the first; empty for a study of one.</summary>
    public ImmutableArray<ObjectiveSpec> MoreObjectives { get; init; } = [];

    /// <summary>
    /// The parameters that are searched, for whoever draws the study; empty where trials ask for them as they run, and
    /// in studies of an earlier version.
    /// </summary>
    public ImmutableArray<Parameter> Parameters { get; init; } = [];

    /// <summary>All objectives, the first one first.</summary>
    public ImmutableArray<ObjectiveSpec> Objectives => [new ObjectiveSpec(Metric, Direction), .. MoreObjectives];

    /// <summary>Name of each objective's metric.</summary>
    public ImmutableArray<string> Metrics => [.. Objectives.Select(objective => objective.Metric)];

    /// <summary>Which values of each objective are better.</summary>
    public ImmutableArray<Direction> Directions => [.. Objectives.Select(objective => objective.Direction)];
}

/// <summary>A study as it stands in a store.</summary>
public sealed record StoredStudy
{
    /// <summary>Its definition.</summary>
    public required StudyDefinition Definition { get; init; }

    /// <summary>Its state when it was last written.</summary>
    public required StudyState State { get; init; }

    /// <summary>Why it is in that state; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed its state.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The study's log, in the order in which it happened.</summary>
    public required ImmutableArray<LoggedEvent> Log { get; init; }

    /// <summary>The tasks of its graph.</summary>
    public required ImmutableArray<StoredTask> Tasks { get; init; }

    /// <summary>Every attempt at a task, in the order in which they began.</summary>
    public required ImmutableArray<StoredAttempt> Attempts { get; init; }

    /// <summary>The newest checkpoint of each task that wrote one; its file may have been removed since.</summary>
    public required ImmutableArray<StoredCheckpoint> Checkpoints { get; init; }

    /// <summary>What trials took over from others instead of computing it again.</summary>
    public ImmutableArray<StoredShare> Shared { get; init; } = [];

    /// <summary>What people noted about the study and its trials: the study first, then by trial.</summary>
    public ImmutableArray<StoredRemark> Remarks { get; init; } = [];

    /// <summary>How many times it was written, as a mark by which a reader sees that something changed.</summary>
    internal long Commits { get; init; }

    /// <summary>How many steps were taken over instead of being computed again.</summary>
    public int SharedSteps => Shared.Sum(segment => segment.Steps);

    /// <summary>
    /// How long a slot would have computed what was taken over: as long as it took the first time, on all its ranks.
    /// </summary>
    public TimeSpan SavedTime
    {
        get
        {
            var took = Attempts.Where(attempt => attempt is { State: AttemptState.Succeeded, EndedAt: not null })
                .ToLookup(
                    attempt => attempt.TaskKey,
                    attempt => (attempt.EndedAt!.Value - attempt.StartedAt) * attempt.Ranks);
            return Shared.Aggregate(TimeSpan.Zero, (sum, segment) =>
                sum + (segment.Steps
                    * (segment.Seconds is { } seconds
                        ? TimeSpan.FromSeconds(seconds)
                        : took[segment.TaskKey].LastOrDefault())
                    / segment.Length));
        }
    }
}

/// <summary>An event of a study's log with its time.</summary>
/// <param name="At">When it was kept.</param>
/// <param name="Event">The event.</param>
/// <param name="Metrics">With <see cref="StepReported"/>, everything measured at that step.</param>
public sealed record LoggedEvent(DateTimeOffset At, StudyEvent Event, StepMetrics? Metrics);

/// <summary>A task of a sweep's graph.</summary>
/// <param name="Key">Its key: a name and a hash of everything that its result depends on.</param>
/// <param name="Kind">What it does: <c>data</c>, <c>train</c>, <c>function</c>, <c>retrain</c>, <c>evaluate</c> or
/// <c>export</c>.</param>
/// <param name="Trial">The trial it belongs to; null for tasks of the whole sweep.</param>
/// <param name="State">One of <c>Waiting</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Stopped</c>.</param>
public sealed record StoredTask(string Key, string Kind, int? Trial, string State);

/// <summary>One run of a task.</summary>
/// <param name="TaskKey">Key of the task.</param>
/// <param name="Number">1 for the first attempt.</param>
/// <param name="Trial">The trial it belongs to; null for tasks of the whole sweep.</param>
/// <param name="Worker">The process that ran it, as <c>host:pid</c>.</param>
/// <param name="Ranks">Number of ranks that ran it together.</param>
/// <param name="State">How it stands.</param>
/// <param name="Reason">Why it ended as it did; null after a success.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
public sealed record StoredAttempt(
    string TaskKey,
    int Number,
    int? Trial,
    string Worker,
    int Ranks,
    AttemptState State,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt
);

/// <summary>Steps of a trial that an equal segment of another one, or of another study, had computed.</summary>
/// <param name="TaskKey">Key of the training segment.</param>
/// <param name="Trial">The trial that took them over.</param>
/// <param name="Steps">How many it took.</param>
/// <param name="Length">How many the segment has; at least 1.</param>
public sealed record StoredShare(string TaskKey, int Trial, int Steps, int Length)
{
    /// <summary>The study that had computed them; null where it was this one.</summary>
    public string? Study { get; init; }

    /// <summary>
    /// How many seconds a slot would have computed the whole segment; null where this study's attempts tell.
    /// </summary>
    public double? Seconds { get; init; }
}

/// <summary>What people noted about a study or a trial.</summary>
/// <param name="Trial">The trial; null for the study as a whole.</param>
/// <param name="Note">Free text; empty for none.</param>
/// <param name="Tags">Words to find it by: each of 1 to 40 characters without white space or commas.</param>
/// <param name="At">When it was noted.</param>
public sealed record StoredRemark(int? Trial, string Note, ImmutableArray<string> Tags, DateTimeOffset At);

/// <summary>The newest checkpoint of a task.</summary>
/// <param name="TaskKey">Key of the training segment that wrote it.</param>
/// <param name="Step">Finished steps.</param>
/// <param name="Path">The file, relative to the output folder.</param>
public sealed record StoredCheckpoint(string TaskKey, int Step, string Path);
