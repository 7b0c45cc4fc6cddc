using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// The studies of a scheduler, each in a folder of its own below <c>studies</c>. Safe to use from several threads.
/// </summary>
internal sealed class ScheduledStudies
{
    private readonly string _folder;
    private readonly StudyShelf _shelf;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, ScheduledStudy> _studies = [];
    private readonly Lock _submitting = new();
    private readonly SegmentLibrary _library = new();
    private bool _areAllOpen;

    public ScheduledStudies(
        string folder, FleetHost fleet, ArtifactStore artifacts, StudyShelf shelf, TimeProvider time)
    {
        (_folder, Fleet, Artifacts) = (Path.Combine(folder, "studies"), fleet, artifacts);
        (_shelf, _time) = (shelf, time);
        Directory.CreateDirectory(_folder);
    }

    public FleetHost Fleet { get; }

    public ArtifactStore Artifacts { get; }

    /// <summary>
    /// Gives a study its turn: calls <see cref="ScheduledStudy.TurnAsync"/>, at once or when there is room for it. May
    /// throw <see cref="StoreException"/>: then nothing was changed.
    /// </summary>
    public Action<ScheduledStudy> Dispatch { get; set; } = study => _ = Task.Run(() => study.TurnAsync(isLast: true));

    /// <summary>Hears what happens in any of them, under a lock: it must be quick.</summary>
    public Action<string, FeedEvent>? Told { get; set; }

    /// <summary>All of them, by name.</summary>
    public IEnumerable<ScheduledStudy> All => _studies.Values.OrderBy(study => study.Name, StringComparer.Ordinal);

    /// <summary>Goes on with every study that was running, and deletes artifacts that no study needs.</summary>
    /// <returns>What could not be opened, and why.</returns>
    public IReadOnlyList<string> GoOn()
    {
        var failures = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories(_folder).Order(StringComparer.Ordinal))
        {
            try
            {
                if (ScheduledStudy.SubmissionIn(folder) is { } submission)
                    Open(folder, submission);
            }
            catch (Exception e) when (e is TuneGraphException or IOException or System.Text.Json.JsonException)
            {
                failures.Add($"The study in '{folder}' cannot be opened: {e.Message}");
            }
        }

        _areAllOpen = failures.Count == 0;
        SweepArtifacts();
        return failures;
    }

    /// <summary>Deletes artifacts that no study needs.</summary>
    /// <returns>How many were deleted.</returns>
    public int SweepArtifacts() =>
        // What was uploaded within the hour may belong to a submission on its way. And with a study that could not be
        // opened, nobody knows what it needs.
        _areAllOpen ? Artifacts.Sweep(_time.GetUtcNow() - TimeSpan.FromHours(1)) : 0;

    /// <summary>A study by its name; null when there is none.</summary>
    public ScheduledStudy? Find(string name) => _studies.GetValueOrDefault(name);

    /// <summary>A study by its name.</summary>
    /// <exception cref="FleetException">There is none.</exception>
    public ScheduledStudy Get(string name) =>
        _studies.TryGetValue(name, out var study)
            ? study
            : throw new FleetException(
                FleetCode.NoStudy, $"There is no study '{name}' here; GET /api/v1/studies lists them.");

    /// <summary>Takes a study in, and begins.</summary>
    /// <exception cref="FleetException">It cannot be run here, or there is one of that name.</exception>
    /// <exception cref="SweepFileException">There are mistakes in the sweep.</exception>
    public ScheduledStudy Submit(StudySubmission submission)
    {
        if (submission.Data.IsDefaultOrEmpty)
            throw new FleetException(
                FleetCode.BadRequest, "A sweep needs its data: upload the file, and name it under 'data'.");
        lock (_submitting)
        {
            var name = ScheduledStudy.ParseSweep(submission, submission.Data[0].Name).Name;
            var folder = Path.Combine(_folder, name);
            if (Directory.Exists(folder))
                throw new FleetException(
                    FleetCode.StudyExists,
                    $"There is a study '{name}' here already. Go on with it by 'tunegraph resume {name}' "
                        + $"(POST /api/v1/studies/{name}/resume), or give this one another name.");
            try
            {
                var study = Study(folder, submission);
                CheckFit(study);
                study.Keep();
                _studies[name] = study;
                study.Start();
                return study;
            }
            catch
            {
                if (Directory.Exists(folder) && ScheduledStudy.SubmissionIn(folder) is null)
                    Directory.Delete(folder, recursive: true);
                throw;
            }
        }
    }

    /// <summary>The best trial.</summary>
    /// <exception cref="FleetException">There is none yet.</exception>
    public TrialView BestOf(string name) =>
        Get(name).View().Best
        ?? throw new FleetException(FleetCode.NoTrial, $"No trial of the study '{name}' has completed yet.");

    /// <summary>Every trial, by number.</summary>
    public ImmutableArray<TrialSummary> TrialsOf(string name) => Get(name).Trials();

    /// <summary>What mattered, the most important parameter first; of several objectives, for the first.</summary>
    public ImmutableArray<ImportanceView> ImportanceOf(string name)
    {
        var study = Get(name);
        var (first, now) = (study.Submitted.Space!, study.Spec.Space!);
        return ImportanceView.Of(
            now,
            study.Spec.Objective.Direction,
            [
                .. study.Trials()
                    .Where(trial => trial is { State: TrialState.Completed, IsFeasible: true, Value: not null })
                    .Where(trial => first == now || now.Fits(trial.Configuration))
                    .Select(trial => new Evaluation(trial.Number, trial.Configuration, trial.Value!.Value)),
            ]);
    }

    /// <summary>Has a configuration tried.</summary>
    /// <returns>The trial's number.</returns>
    /// <exception cref="FleetException">It is not running, or the configuration does not fit its space.</exception>
    public async Task<int> EnqueueAsync(string name, Configuration configuration)
    {
        var study = Get(name);
        if (!study.IsRunning)
            throw new FleetException(
                FleetCode.NotRunning,
                $"The study '{name}' is not running, so it takes no trial; go on with it by "
                    + $"POST /api/v1/studies/{name}/resume.");
        var number = new Reply<int>();
        study.Post(new TrialWanted(configuration, number));
        try
        {
            // A loop that ends between the question and the message has nobody left to answer it.
            if (await Task.WhenAny(number.Answer, study.EndedAsync()).ConfigureAwait(false) != number.Answer)
                number.Refuse(new OperationCanceledException($"The study '{name}' has ended."));
            return await number.Answer.ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or SearchSpaceException)
        {
            throw new FleetException(FleetCode.BadRequest, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
        {
            throw new FleetException(FleetCode.NotRunning, e.Message);
        }
    }

    /// <summary>Has the configuration of a trial tried once more, as a trial of its own.</summary>
    public Task<int> RetryAsync(string name, int trial)
    {
        var trials = TrialsOf(name);
        return trial >= 0 && trial < trials.Length
            ? EnqueueAsync(name, trials[trial].Configuration)
            : throw new FleetException(FleetCode.NoTrial, $"The study '{name}' has no trial {trial}.");
    }

    /// <summary>A worker tells a step; the answer is what becomes of its trial.</summary>
    /// <exception cref="FleetException">The checkpoint is not here: it is to be uploaded first.</exception>
    public async Task<StepVerdict> StepAsync(string orderToken, StepWord word)
    {
        var isLate = !Fleet.Ask(fleet => fleet.Attempts.TryArrive(orderToken, word.Segment, word.Step));
        if (!_studies.TryGetValue(word.Study, out var study))
            return new StepVerdict(GoOn: false, IsLate: true);
        StoredCheckpoint? checkpoint = null;
        if (word.Checkpoint is { } sha256)
        {
            if (!study.Checkpoints.TryHold(sha256))
                throw new FleetException(
                    FleetCode.NoArtifact,
                    $"The checkpoint {sha256} is not here; upload it to PUT /api/v1/artifacts/{sha256} first.");
            checkpoint = new StoredCheckpoint(word.Segment, word.Step, ArtifactCheckpoints.PathOf(sha256));
        }

        var goOn = new Reply<bool>();
        var step = new StepFinished(
            word.Trial, word.Step, study.Spec.ValuesOf(word.Metrics), word.Metrics, checkpoint, goOn)
        {
            Segment = word.Segment,
            IsLate = isLate,
        };
        if (!Fleet.TryPost(word.Study, step))
        {
            if (checkpoint is not null)
                study.Checkpoints.Remove(checkpoint);
            return new StepVerdict(GoOn: false, IsLate: true);
        }

        try
        {
            return new StepVerdict(await goOn.Answer.ConfigureAwait(false), isLate);
        }
        catch (ArgumentException)
        {
            return new StepVerdict(GoOn: false, isLate);
        }
    }

    /// <summary>Leaves every study as it is: this process ends.</summary>
    public async Task LeaveAsync()
    {
        foreach (var study in All)
            study.Leave();
        await Task.WhenAll(All.Select(study => study.EndedAsync())).ConfigureAwait(false);
    }

    private ScheduledStudy Study(string folder, StudySubmission submission)
    {
        var made = new ScheduledStudy(
            folder, submission, Fleet, Artifacts, _shelf, _time, Library, study => Dispatch(study));
        made.Feed.Tap = told => Told?.Invoke(made.Name, told);
        return made;
    }

    private void Open(string folder, StudySubmission submission)
    {
        var study = Study(folder, submission);
        _studies[study.Name] = study;
        var state = study.Find()?.State;
        if (state is null or StudyState.Running)
            study.Start();
        else if (state is StudyState.Interrupted or StudyState.Finished)
            study.HoldCheckpoints();
    }

    // What others have trained in this life comes in by itself.
    private SegmentLibrary Library(ScheduledStudy study)
    {
        foreach (var kin in All.Where(study.IsKin))
        {
            try
            {
                _library.Read(kin.Name, kin.Load);
            }
            catch (StoreException)
            {
                // It is trained once more, then.
            }
        }

        return _library;
    }

    private void CheckFit(ScheduledStudy study)
    {
        var needs = ResourceSpec.OfRank(study.Spec);
        var labels = study.Spec.Resources.Labels;
        var (workers, room, aside) = Fleet.Ask(fleet =>
            (fleet.Members.Count(), fleet.Fit.Of(labels, needs), fleet.Fit.WhyAside.ToList()));
        if (workers == 0 || study.Ranks <= room)
            return;
        var each = study.Spec.Resources.IsPlain && needs.IsNone
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $", each with {needs.Cores:0.###} cores, {needs.MemoryBytes >> 20} MiB and {needs.Accelerators} "
                    + $"accelerators, on workers labelled [{string.Join(", ", labels)}] (resources)");
        throw new FleetException(
            FleetCode.NeverFits,
            $"Each trial of '{study.Name}' needs {study.Ranks} slots at once (training.parallel.worldSize){each}, and "
                + $"the {workers} {(workers == 1 ? "worker" : "workers")} here have {room} such together. Start "
                + $"workers with {study.Ranks - room} more, or ask for less."
                + (aside.Count == 0
                    ? ""
                    : $" Not counted: {string.Join("; ", aside)}. Free space there, or start it with less --free."));
    }
}
