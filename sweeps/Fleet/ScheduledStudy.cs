using System.Collections.Immutable;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// A study of a scheduler: its sweep, its folder, and the loop that runs it while it runs. What the folder holds is all
/// that a scheduler started anew needs to go on.
/// </summary>
internal sealed class ScheduledStudy
{
    private const string SubmissionName = "submission.json";
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    private readonly FleetHost _fleet;
    private readonly SweepSpec _submitted;
    private StudySubmission _submission;
    private SweepSpec _spec;
    private readonly ArtifactCheckpoints _checkpoints;
    private readonly TrialBook _book;
    private readonly StudyShelf _shelf;
    private readonly TimeProvider _time;
    private readonly Func<ScheduledStudy, SegmentLibrary> _library;
    private readonly Action<ScheduledStudy> _dispatch;
    private readonly Lock _lock = new();
    private readonly List<RunnerMessage> _early = [];
    private Action<RunnerMessage>? _post;
    private TaskCompletionSource? _run;
    private bool _mayTurn;
    private string? _failure;
    private string? _held;
    private SegmentClaims? _claims;
    private bool _isLeaving;

    /// <param name="folder">Its folder.</param>
    /// <param name="submission">What was submitted.</param>
    /// <param name="fleet">Who runs its trials.</param>
    /// <param name="artifacts">Where its data and checkpoints lie.</param>
    /// <param name="shelf">Where its store is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="library">What studies have trained, those that share segments with this one among them.</param>
    /// <param name="dispatch">Gives it its turn.</param>
    /// <exception cref="SweepFileException">There are mistakes in the sweep.</exception>
    public ScheduledStudy(
        string folder,
        StudySubmission submission,
        FleetHost fleet,
        ArtifactStore artifacts,
        StudyShelf shelf,
        TimeProvider time,
        Func<ScheduledStudy, SegmentLibrary> library,
        Action<ScheduledStudy> dispatch)
    {
        (_submission, _fleet, _shelf, _time, _library) = (submission, fleet, shelf, time, library);
        _dispatch = dispatch;
        _checkpoints = new ArtifactCheckpoints(artifacts);
        _submitted = ParseSweep(submission, DataFolder.Place(folder, submission.Data, artifacts)) with
        {
            OutputFolder = folder,
        };
        _spec = submission.Change?.In(_submitted) ?? _submitted;
        _book = new TrialBook(shelf, folder, _spec.Name);
        foreach (var file in submission.Data)
            artifacts.TryHold(file.Sha256);
    }

    public string Name => _spec.Name;

    public string Folder => _spec.OutputFolder!;

    /// <summary>Its sweep as it is now.</summary>
    public SweepSpec Spec => _spec;

    /// <summary>Its sweep as it was submitted.</summary>
    public SweepSpec Submitted => _submitted;

    public StudyFeed Feed { get; } = new();

    public ArtifactCheckpoints Checkpoints => _checkpoints;

    /// <summary>How many ranks each trial has at least.</summary>
    public int Ranks => ResourceSpec.LeastSlotsOf(_spec);

    public bool IsRunning
    {
        get
        {
            lock (_lock)
                return _run is { Task.IsCompleted: false };
        }
    }

    /// <summary>What was submitted to a folder; null when nothing was.</summary>
    public static StudySubmission? SubmissionIn(string folder)
    {
        var path = Path.Combine(folder, SubmissionName);
        return File.Exists(path)
            ? JsonSerializer.Deserialize(File.ReadAllBytes(path), WireJson.Default.StudySubmission)
            : null;
    }

    public static SweepSpec ParseSweep(StudySubmission submission, string? dataFile) =>
        SweepFile.Parse(submission.Sweep, "sweep.yaml", Path.GetTempPath(), submission.Seed, dataFile);

    /// <summary>Writes down what was submitted: from now on it survives this process.</summary>
    public void Keep() =>
        AtomicFile.Write(
            Path.Combine(Folder, SubmissionName),
            JsonSerializer.SerializeToUtf8Bytes(_submission, WireJson.Default.StudySubmission));

    /// <summary>
    /// Changes what it may spend and take, from now on if it runs, and when it goes on if it does not. It is written
    /// down first: a scheduler started anew knows it.
    /// </summary>
    /// <exception cref="FleetException">The change is not possible.</exception>
    public void Change(StudyChange change)
    {
        lock (_lock)
        {
            _ = change.In(_submitted); // what it says itself has to be right
            var all = change.After(_submission.Change);
            var spec = all.In(_submitted);
            _submission = _submission with { Change = all };
            Keep();
            _spec = spec;
            Post(new BoundsChanged(spec));
        }
    }

    /// <summary>Everything that the store knows of it; null while it has not begun.</summary>
    public StoredStudy? Load() => _shelf.Load(Folder, Name);

    /// <summary>What the store knows of its state; null while it has not begun.</summary>
    public StoredStudy? Find() => _shelf.Find(Folder, Name);

    /// <summary>Its trials as the store knows them.</summary>
    public ImmutableArray<TrialSummary> Trials() => _book.Read()?.Trials ?? [];

    /// <summary>Goes on, or begins; nothing if it runs.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_run is { Task.IsCompleted: false })
                return;
            (_failure, _post, _mayTurn) = (null, null, true);
            _early.Clear();
            _run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            _dispatch(this);
        }
        catch
        {
            End();
            throw;
        }
    }

    /// <summary>
    /// Its turn: runs it until it ends or is left. Does nothing unless <see cref="Start"/> has asked for a turn, and
    /// for each time at most one.
    /// </summary>
    /// <param name="isLast">Whether nobody will try again after a failure of the store or the disk.</param>
    /// <exception cref="StoreException">The store failed, and it is to be tried again.</exception>
    /// <exception cref="IOException">The disk failed, and it is to be tried again.</exception>
    public async Task TurnAsync(bool isLast)
    {
        lock (_lock)
        {
            if (!_mayTurn)
                return;
            _mayTurn = false;
        }

        try
        {
            await RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (!isLast && !_isLeaving && e is StoreException or IOException)
        {
            lock (_lock)
                (_held, _post, _mayTurn) = ($"It is tried again: {e.Message}", null, true);
            throw;
        }
        catch (OperationCanceledException)
        {
            // This process ends, and the study stays as it is; or it was stopped before it began.
        }
        catch (Exception e)
        {
            // The study cannot go on: whoever asks for it hears why. Other studies are not concerned.
            _failure = e.Message;
        }

        End();
    }

    /// <summary>Whether the other one may have trained what this one is to train.</summary>
    public bool IsKin(ScheduledStudy other) =>
        other != this && other._submitted.Seed == _submitted.Seed
            && other._submission.Data[0].Sha256 == _submission.Data[0].Sha256;

    /// <summary>Holds what a study that does not run will need when it goes on.</summary>
    public void HoldCheckpoints()
    {
        foreach (var checkpoint in _shelf.Checkpoints(Folder, Name))
            _checkpoints.Keep(checkpoint);
    }

    /// <summary>Hands its loop a message; nothing if it does not run.</summary>
    public void Post(RunnerMessage message)
    {
        lock (_lock)
        {
            if (_run is not { Task.IsCompleted: false })
                return;
            if (_post is { } post)
                post(message);
            else
                _early.Add(message);
        }
    }

    /// <summary>Leaves the study as it is: this process ends.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _isLeaving = true;
            if (_mayTurn)
                End(); // its turn has not come, and comes no more
            _mayTurn = false;
        }

        Post(new LeaveAsked());
    }

    /// <summary>Waits until its loop has ended, however.</summary>
    public Task EndedAsync()
    {
        lock (_lock)
            return _run?.Task ?? Task.CompletedTask;
    }

    /// <summary>The study as it is told.</summary>
    public StudyView View()
    {
        // Asked first: a loop that ends between the two questions has written how it ended.
        var isRunning = IsRunning;
        var known = _book.Read();
        var study = known?.Study;
        var trials = known?.Trials ?? [];
        var waiting = isRunning ? _fleet.Ask(fleet => fleet.WhyPending(Name)) ?? _claims?.WhyWaiting(Name) : null;
        ImmutableArray<Direction> directions = [.. _spec.Objectives.Select(objective => objective.Direction)];
        return new StudyView(
            Name,
            State(study, isRunning),
            _failure ?? study?.Reason,
            [.. _spec.Objectives.Select(objective => objective.Metric)],
            [.. directions.Select(direction => direction.ToString().ToLowerInvariant())],
            _spec.Sampler.Name,
            _spec.Pruner.Name,
            _spec.Seed,
            _spec.Budget.Trials,
            trials.CountBy(trial => trial.State).ToImmutableSortedDictionary(
                count => TrialView.Word(count.Key), count => count.Value, StringComparer.Ordinal),
            TrialSummary.Best(trials, directions) is { } best ? TrialView.Of(best) : null,
            waiting ?? _held,
            study?.CreatedAt,
            study?.ChangedAt,
            Folder)
        {
            Priority = _spec.Resources.Priority,
            Share = _spec.Resources.Share,
            Quota = _spec.Resources.Quota,
            Ranges = StudyView.Changed(_submitted.Space, _spec.Space),
            SharedSteps = study?.SharedSteps ?? 0,
            SavedSeconds = study?.SavedTime.TotalSeconds ?? 0,
        };
    }

    private string State(StoredStudy? study, bool isRunning) =>
        _failure is not null ? "failed"
        : study is null ? "starting"
        : study.State == StudyState.Running && !isRunning ? "interrupted"
        : study.State.ToString().ToLowerInvariant();

    private FleetDispatcher Dispatcher(TaskThreads threads, Action<RunnerMessage> post) =>
        new FleetDispatcher(_fleet, _spec, _submission.Data, threads, Environment.MachineName, post);

    private void Began(Action<RunnerMessage> post)
    {
        lock (_lock)
        {
            (_post, _held) = (post, null);
            _early.ForEach(post);
            _early.Clear();
        }
    }

    private async Task RunAsync()
    {
        while (!await TryRunAsync().ConfigureAwait(false))
            await Task.Delay(_again, _time).ConfigureAwait(false);
    }

    private void End()
    {
        lock (_lock)
            _run?.TrySetResult();
    }

    /// <returns>False when another scheduler is still at work on it.</returns>
    private async Task<bool> TryRunAsync()
    {
        using var store = _shelf.Open();
        var known = Load();
        Feed.Begin(known?.Log.Length ?? 0);
        var library = _library(this);
        _claims = library.Claims;
        var options = new SweepRunOptions
        {
            Resume = known is not null,
            Store = store,
            Time = _time,
            Site = new SweepSite(_checkpoints, Dispatcher, Began, Feed.Add)
            {
                Term = _shelf.Term,
                First = _submitted,
                Library = library,
            },
        };
        try
        {
            await new SweepRunner(_spec, options).RunAsync().ConfigureAwait(false);
            return true;
        }
        catch (StudyHeldException e)
        {
            _held = e.Message;
            return _isLeaving;
        }
        finally
        {
            library.Claims.Leave(Name);
        }
    }
}
