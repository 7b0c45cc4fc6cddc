using System.Collections.Immutable;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// A study that is asked and told, open: what its callers may do. Nothing is final before <see cref="Commit"/>. Used by
/// one thread.
/// </summary>
internal sealed class AskedLedger : IDisposable
{
    private const int MostAtOnce = 1000;
    private const int ManyTrials = 10_000;
    private const int MostMissing = 1000; // one in so many

    private readonly SweepSpec _spec;
    private readonly StudyStore _store;
    private readonly StudyTenure? _tenure;
    private readonly IDisposable? _lock;
    private readonly TimeProvider _time;
    private readonly StudyLedger _ledger;
    private readonly Dictionary<string, string> _answers;
    private readonly Dictionary<int, long> _heard = [];
    private readonly DateTimeOffset _createdAt;
    private StudyFeed? _feed;
    private ImmutableArray<ImportanceView> _importance;
    private bool _isImportanceWanted; // since it was worked out
    private int _new; // trials that have ended since
    private int _read; // events of the log that were looked at for that
    private StudyState _state;
    private string? _reason;
    private DateTimeOffset _changedAt;

    /// <param name="spec">The study.</param>
    /// <param name="store">Where it is kept.</param>
    /// <param name="tenure">The claim on it, taken; null where a lock does as much.</param>
    /// <param name="folderLock">The lock on its folder; null where a claim does as much.</param>
    /// <param name="time">The clock.</param>
    public AskedLedger(
        SweepSpec spec, StudyStore store, StudyTenure? tenure, IDisposable? folderLock, TimeProvider time)
    {
        (_spec, _store, _tenure, _lock, _time) = (spec, store, tenure, folderLock, time);
        var stored = store.Follow(spec.Name, int.MaxValue)!;
        _ledger = StudyLedger.OfAsked(spec, store, changes => _feed?.Add(changes));
        _read = Study.Log.Count;
        _answers = store.Answers(spec.Name).ToDictionary();
        (_state, _reason, _createdAt, _changedAt) =
            (stored.State, stored.Reason, stored.CreatedAt, stored.ChangedAt);
        foreach (var trial in Study.Trials.Where(trial => trial.State == TrialState.Running))
            Hear(trial.Number);
        if (Study.Space is not null && Study.Trials.Count >= ManyTrials)
            WorkOutImportance(); // who opens so many waits anyway
    }

    private Study Study => _ledger.Study;

    private TimeSpan? Lease => ((AskedProgram)_spec.Program).Lease;

    private bool IsOver => _state != StudyState.Running;

    /// <summary>Tells what happens from now on.</summary>
    public void Watch(StudyFeed feed)
    {
        feed.Begin(Study.Log.Count);
        _feed = feed;
    }

    /// <summary>The next trials; the same ones again for a key that was used before.</summary>
    public AskedTrials Ask(int count, string? key)
    {
        if (count is < 1 or > MostAtOnce)
            throw new FleetException(
                FleetCode.BadRequest, $"'count' is {count}; ask for 1 to {MostAtOnce} trials at once.");
        return Once(key, WireJson.Default.AskedTrials, () =>
        {
            var trials = ImmutableArray.CreateBuilder<AskedTrial>(count);
            while (trials.Count < count && !IsOver && Next() is { } trial)
                trials.Add(trial);
            var isOver = IsOver || trials.Count < count;
            return new AskedTrials(trials.DrainToImmutable(), isOver);
        });
    }

    /// <summary>Has a configuration tried: it is the caller's to run.</summary>
    public AskedTrial Enqueue(Configuration configuration, string? key) =>
        Once(key, WireJson.Default.AskedTrial, () =>
        {
            if (IsOver)
                throw Over();
            return Given(Study.Enqueue(configuration), step: 0);
        });

    /// <summary>Has the configuration of a trial tried once more, as a trial of its own.</summary>
    public AskedTrial Retry(int number, string? key) => Enqueue(TrialAt(number).Configuration, key);

    /// <summary>A step of a trial; one that is known already changes nothing.</summary>
    public StepAnswer Report(int number, StepRequest step)
    {
        var trial = TrialAt(number);
        var values = ValuesOf(step.Value, step.Values, "a step") ?? throw new FleetException(
            FleetCode.BadRequest, "A step needs its 'value', or 'values' where there are several objectives.");
        if (trial.State == TrialState.Running && step.Step > trial.Steps)
        {
            var decision = _ledger.Report(number, step.Step, values, null, _ => null);
            Hear(number);
            return Answer(trial, decision.Why);
        }

        return Answer(trial, trial.Reason);
    }

    /// <summary>
    /// What the caller's program printed for a trial, also after its end: last words come late. Under a key that was
    /// used before, nothing.
    /// </summary>
    public void Print(int number, PrintedWord printed, string? key)
    {
        var trial = TrialAt(number);
        var lines = printed.Checked();
        if (trial.State == TrialState.Running)
            Hear(number);
        Once(key, WireJson.Default.Boolean, () =>
        {
            _ledger.Add(new LinesPrinted(FormattableString.Invariant($"trial-{number}"), number, lines));
            return true;
        });
    }

    /// <summary>How a trial ended; the same word once more changes nothing.</summary>
    public TrialView Tell(int number, TellRequest told)
    {
        var trial = TrialAt(number);
        var state = StateOf(told.State);
        var values = ValuesOf(told.Value, told.Values, "a trial") ?? default;
        if (state == TrialState.Completed && values.Length == 0)
            throw new FleetException(
                FleetCode.BadRequest,
                "A completed trial needs its 'value', or 'values' where there are several objectives; if it has none, "
                    + "tell it as failed or infeasible, with the reason.");
        if (trial.IsFinished)
            return Again(trial, state, values);
        if (trial.State == TrialState.Paused)
            Study.Resume(number);
        Study.Tell(number, state, values, told.Reason, [.. told.Constraints ?? []], told.Cost);
        _heard.Remove(number);
        return ViewOf(trial);
    }

    /// <summary>Stops giving trials out, or goes on.</summary>
    public void Turn(StudyState state, string? reason)
    {
        if (_state == state)
            return;
        (_state, _reason, _changedAt) = (state, reason, _time.GetUtcNow());
        _ledger.Add(new StudyStateChanged(state, reason));
    }

    /// <summary>How many trials it gives out, and from which ranges, from here on.</summary>
    public void Change(StudyChange change)
    {
        var now = _spec with
        {
            Space = Study.Space,
            Budget = _spec.Budget with { Trials = Study.Budget.Trials ?? _spec.Budget.Trials },
        };
        _ledger.Change(change.InAsked(now));
        foreach (var trial in _ledger.PausedOutside())
            Study.Tell(
                trial.Number, TrialState.Pruned, trial.IntermediateValues[^1].Values, StudyChange.Outside(trial));
    }

    /// <summary>Forgets the answers to calls of long ago.</summary>
    public void Forget(DateTimeOffset before)
    {
        if (_answers.Count > 0)
            _ledger.Add(new AnswersForgotten(before));
    }

    /// <summary>Renews the claim, and ends trials of which nothing was heard for too long.</summary>
    public bool Look()
    {
        _tenure?.Renew();
        if (_isImportanceWanted && Study.Trials.Count >= ManyTrials && CountNew() > 0)
            WorkOutImportance(); // while nobody waits for it
        if (Lease is not { } lease)
            return true;
        foreach (var (number, _) in _heard.Where(heard => _time.GetElapsedTime(heard.Value) > lease).ToList())
        {
            _heard.Remove(number);
            var why = FormattableString.Invariant($"no word from whoever runs it for {lease.TotalSeconds:0.###} s");
            Study.Tell(number, TrialState.Failed, default, why);
        }

        return true;
    }

    public StudyView View(string where)
    {
        var best = Study.Best;
        return new StudyView(
            _spec.Name,
            _state.ToString().ToLowerInvariant(),
            _reason,
            [.. _spec.Objectives.Select(objective => objective.Metric)],
            [.. _spec.Objectives.Select(objective => objective.Direction.ToString().ToLowerInvariant())],
            _spec.Sampler.Name,
            _spec.Pruner.Name,
            _spec.Seed,
            Study.Budget.Trials ?? _spec.Budget.Trials,
            Study.Trials.CountBy(trial => trial.State)
                .ToImmutableSortedDictionary(
                    count => TrialView.Word(count.Key), count => count.Value, StringComparer.Ordinal),
            best is null ? null : ViewOf(best),
            null,
            _createdAt,
            _changedAt,
            where)
        {
            Ranges = StudyView.Changed(_spec.Space, Study.Space),
        };
    }

    /// <summary>Trials by number: at most so many after one.</summary>
    public ImmutableArray<TrialSummary> Trials(int after, int limit)
    {
        var first = Math.Clamp(after + 1, 0, Study.Trials.Count);
        var count = Math.Clamp(limit, 0, Study.Trials.Count - first);
        return [.. Enumerable.Range(first, count).Select(number => TrialSummary.Of(Study.Trials[number]))];
    }

    public TrialView Best() =>
        Study.Best is { } best
            ? ViewOf(best)
            : throw new FleetException(
                FleetCode.NoTrial, $"No trial of the study '{_spec.Name}' has completed yet.");

    /// <summary>
    /// What mattered, the most important parameter first; of several objectives, for the first. At most one in a
    /// thousand of the trials is missing, the newest: that moves a share by less than the trials that are there leave
    /// open, and an answer need not wait for the way through all of them.
    /// </summary>
    public ImmutableArray<ImportanceView> Importance()
    {
        _isImportanceWanted = true;
        var ended = CountNew();
        if (_importance.IsDefault || ended * MostMissing > Study.Trials.Count)
            WorkOutImportance();
        return _importance;
    }

    /// <summary>Everything that the log says.</summary>
    public ImmutableArray<LoggedEvent> Log() => _store.Load(_spec.Name)!.Log;

    /// <exception cref="StoreException">It could not be written.</exception>
    public void Commit() => _ledger.Commit();

    public void Dispose()
    {
        _tenure?.Dispose();
        _store.Dispose();
        _lock?.Dispose();
    }

    // Only ends and ranges matter, and there are many steps to each.
    private long CountNew()
    {
        for (; _read < Study.Log.Count; _read++)
        {
            if (Study.Log[_read] is TrialTold)
                _new++;
            else if (Study.Log[_read] is RangesChanged)
                _importance = default;
        }

        return _new;
    }

    private void WorkOutImportance()
    {
        _ = CountNew();
        _importance = ImportanceView.Of(Study.Space!, _spec.Objective.Direction, Evaluation.Of(Study.Fitting));
        (_isImportanceWanted, _new) = (false, 0);
    }

    private AskedTrial? Next()
    {
        if (Study.Promote() is { } promoted)
            return Given(Study.Trials[promoted], Study.Trials[promoted].Steps);
        if (Study.Trials.Count >= Study.Budget.Trials)
            return null;
        return Study.Ask() is { } trial ? Given(trial, step: 0) : null;
    }

    private AskedTrial Given(Trial trial, int step)
    {
        Hear(trial.Number);
        return new AskedTrial(trial.Number, ParameterJson.Write(trial.Configuration)) { Step = step };
    }

    private T Once<T>(string? key, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, Func<T> change)
    {
        if (key is not null && _answers.TryGetValue(key, out var known))
            return JsonSerializer.Deserialize(known, type)!;
        var answer = change();
        if (key is not null)
        {
            var text = JsonSerializer.Serialize(answer, type);
            _answers.Add(key, text);
            _ledger.Add(new CallAnswered(key, text));
        }

        return answer;
    }

    private void Hear(int number)
    {
        if (Lease is not null)
            _heard[number] = _time.GetTimestamp();
    }

    private TrialView Again(Trial trial, TrialState state, ValueList values) =>
        trial.State == TrialState.Pruned || (trial.State == state && (values.Length == 0 || trial.Values == values))
            ? ViewOf(trial)
            : throw new FleetException(
                FleetCode.TrialOver,
                $"Trial {trial.Number} of '{_spec.Name}' ended as {TrialView.Word(trial.State)} already"
                    + $"{(trial.Reason is { } why ? $" ({why})" : "")}; a trial is told once.");

    private StepAnswer Answer(Trial trial, string? why)
    {
        var goOn = trial.State == TrialState.Running && !IsOver;
        if (!goOn)
            _heard.Remove(trial.Number);
        return new StepAnswer(goOn, TrialView.Word(trial.State), why);
    }

    private Trial TrialAt(int number) =>
        number >= 0 && number < Study.Trials.Count
            ? Study.Trials[number]
            : throw new FleetException(FleetCode.NoTrial, $"The study '{_spec.Name}' has no trial {number}.");

    private FleetException Over() =>
        new(
            FleetCode.NotRunning,
            $"The study '{_spec.Name}' gives no trials out: it is {_state.ToString().ToLowerInvariant()}"
                + $"{(_reason is { } why ? $" ({why})" : "")}. Go on with it by POST "
                + $"/api/v1/studies/{_spec.Name}/resume.");

    private ValueList? ValuesOf(double? one, ImmutableArray<double>? several, string what)
    {
        ValueList? values = several is { } many ? [.. many] : one is { } single ? [single] : null;
        if (values is { } given && given.Length != _spec.Objectives.Length)
            throw new FleetException(
                FleetCode.BadRequest,
                $"The study '{_spec.Name}' has {_spec.Objectives.Length} objectives, and {what} came with "
                    + $"{given.Length} values; give one for each of "
                    + $"{string.Join(", ", _spec.Objectives.Select(objective => objective.Metric))}.");
        return values;
    }

    private static TrialState StateOf(string word) =>
        word switch
        {
            "completed" => TrialState.Completed,
            "failed" => TrialState.Failed,
            "infeasible" => TrialState.Infeasible,
            "pruned" => TrialState.Pruned,
            _ => throw new FleetException(
                FleetCode.BadRequest, $"'state' is '{word}'; allowed are completed, failed, infeasible and pruned."),
        };

    private static TrialView ViewOf(Trial trial) => TrialView.Of(TrialSummary.Of(trial));
}
