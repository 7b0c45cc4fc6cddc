namespace TuneGraph;

/// <summary>Keeps studies in memory, for as long as the process lives.</summary>
public sealed class MemoryStudyStore(TimeProvider? time = null) : StudyStore
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, Entry> _studies = [];
    private readonly List<string> _names = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> List() => [.. _names];

    /// <inheritdoc/>
    public override StoredStudy? Load(string name, int skip = 0) =>
        _studies.TryGetValue(name, out var entry) ? entry.ToStudy(skip) : null;

    /// <inheritdoc/>
    public override void Create(StudyDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (!_studies.TryAdd(definition.Name, new Entry(definition, _time.GetUtcNow())))
            throw new StoreException(
                $"A study named '{definition.Name}' exists already in this store; choose another name."
            );
        _names.Add(definition.Name);
    }

    /// <inheritdoc/>
    public override void Commit(string study, IReadOnlyList<StoreChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (!_studies.TryGetValue(study, out var entry))
            throw new StoreException($"No study named '{study}' is in this store; create it first.");
        var now = _time.GetUtcNow();
        foreach (var change in changes)
            entry.Apply(change, now);
    }

    /// <inheritdoc/>
    public override void Annotate(string study, Remark remark)
    {
        ArgumentNullException.ThrowIfNull(remark);
        if (!_studies.TryGetValue(study, out var entry))
            throw new StoreException($"No study named '{study}' is in this store; create it first.");
        if (remark.IsEmpty)
            entry.Remarks.Remove(remark.Trial ?? -1);
        else
            entry.Remarks[remark.Trial ?? -1] =
                new StoredRemark(remark.Trial, remark.Note, remark.Tags, _time.GetUtcNow());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredLine> Printed(string study, PrintedQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _studies.TryGetValue(study, out var entry) ? entry.Printed.Read(query) : [];
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Answers(string study) =>
        _studies.TryGetValue(study, out var entry)
            ? entry.Answers.ToDictionary(answer => answer.Key, answer => answer.Value.Answer)
            : new Dictionary<string, string>();

    /// <inheritdoc/>
    public override StudyClaim? Claim(string study, string owner, TimeSpan term)
    {
        if (!_studies.TryGetValue(study, out var entry))
            throw new StoreException($"No study named '{study}' is in this store; create it first.");
        var now = _time.GetUtcNow();
        if (entry.ClaimedUntil > now)
            return null;
        entry.ClaimedUntil = now + term;
        return new StudyClaim(study, owner, ++entry.Token);
    }

    /// <inheritdoc/>
    public override bool Renew(StudyClaim claim, TimeSpan term)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (!_studies.TryGetValue(claim.Study, out var entry) || entry.Token != claim.Token)
            return false;
        entry.ClaimedUntil = _time.GetUtcNow() + term;
        return true;
    }

    private sealed class Entry(StudyDefinition definition, DateTimeOffset createdAt)
    {
        private readonly List<LoggedEvent> _log = [];
        private readonly OrderedDictionary<string, StoredTask> _tasks = [];
        private readonly OrderedDictionary<(string, int), StoredAttempt> _attempts = [];
        private readonly OrderedDictionary<string, StoredCheckpoint> _checkpoints = [];
        private readonly SortedDictionary<(int, string), StoredShare> _shared = [];
        private long _commits;
        private StudyState _state = StudyState.Running;
        private string? _reason;
        private readonly DateTimeOffset _createdAt = createdAt;
        private DateTimeOffset _changedAt = createdAt;

        /// <summary>Number of the newest claim; the only process that can reach this memory has made it.</summary>
        public long Token { get; set; }

        public DateTimeOffset ClaimedUntil { get; set; }

        /// <summary>By trial; the study's own at -1.</summary>
        public SortedDictionary<int, StoredRemark> Remarks { get; } = [];

        public MemoryPrinted Printed { get; } = new();

        public Dictionary<string, (string Answer, DateTimeOffset At)> Answers { get; } = [];

        public void Apply(StoreChange change, DateTimeOffset now)
        {
            _commits++;
            switch (change)
            {
                case EventLogged logged:
                    _log.Add(new LoggedEvent(now, logged.Event, logged.Metrics));
                    break;
                case TaskChanged changed:
                    _tasks[changed.Task.Key] = changed.Task;
                    break;
                case SegmentShared { Segment: var segment }:
                    _shared[(segment.Trial, segment.TaskKey)] = segment;
                    break;
                case AttemptStarted started:
                    _attempts[(started.TaskKey, started.Number)] = new StoredAttempt(
                        started.TaskKey,
                        started.Number,
                        started.Trial,
                        started.Worker,
                        started.Ranks,
                        AttemptState.Running,
                        null,
                        now,
                        null
                    );
                    break;
                case AttemptEnded ended:
                    var key = (ended.TaskKey, ended.Number);
                    _attempts[key] = _attempts[key] with { State = ended.State, Reason = ended.Reason, EndedAt = now };
                    break;
                case CheckpointSaved saved:
                    _checkpoints[saved.Checkpoint.TaskKey] = saved.Checkpoint;
                    break;
                case StudyStateChanged changed:
                    (_state, _reason, _changedAt) = (changed.State, changed.Reason, now);
                    break;
                case LinesPrinted printed:
                    var last = _attempts.Values.Where(attempt => attempt.TaskKey == printed.TaskKey)
                        .Select(attempt => attempt.Number).DefaultIfEmpty(1).Max();
                    Printed.Write(printed, last, now);
                    break;
                case CallAnswered answered:
                    Answers[answered.Key] = (answered.Answer, now);
                    break;
                case AnswersForgotten forgotten:
                    foreach (var (late, _) in Answers.Where(answer => answer.Value.At < forgotten.Before))
                        Answers.Remove(late);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException($"Unhandled change {change.GetType().Name}.");
            }
        }

        public StoredStudy ToStudy(int skip) =>
            new()
            {
                Definition = definition,
                State = _state,
                Reason = _reason,
                CreatedAt = _createdAt,
                ChangedAt = _changedAt,
                Log = [.. _log.Skip(skip)],
                Tasks = [.. _tasks.Values],
                Attempts = [.. _attempts.Values],
                Checkpoints = [.. _checkpoints.Values],
                Shared = [.. _shared.Values],
                Remarks = [.. Remarks.Values],
                Commits = _commits,
            };
    }
}
