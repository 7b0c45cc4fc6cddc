namespace TuneGraph;

/// <summary>
/// Runs a sweep in this process: on its cores, with its threads, to its end or until it is told to stop.
/// </summary>
/// <param name="spec">What to run.</param>
/// <param name="options">How to run it.</param>
public sealed class SweepRunner(SweepSpec spec, SweepRunOptions? options = null)
{
    private readonly SweepRunOptions _options = options ?? new SweepRunOptions();

    /// <summary>Runs the sweep once.</summary>
    /// <param name="stop">Graceful: running trials end at their next step, with a checkpoint.</param>
    /// <param name="kill">At once: running trials end in the middle of a step; what was finished is kept all the
    /// same.</param>
    /// <returns>What was found; also when the sweep was stopped or no trial completed.</returns>
    /// <exception cref="StudyConflictException">
    /// A study of this name exists and <see cref="SweepRunOptions.Resume"/> is false, or it was made from another
    /// sweep.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was killed before the data was read: nothing began.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="Training.DeviceException">
    /// There is no device of the name that the training asks for; nothing was started and nothing written.
    /// </exception>
    /// <exception cref="Training.DataException">The data cannot be used; nothing was started and nothing
    /// written.</exception>
    public Task<SweepResult> RunAsync(CancellationToken stop = default, CancellationToken kill = default) =>
        Task.Factory.StartNew(
            () => Run(stop, kill),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    /// <summary>The sweep as its study was made.</summary>
    private SweepSpec First => _options.Site?.First ?? spec;

    private SweepResult Run(CancellationToken stop, CancellationToken kill)
    {
        using var owned = new Owned();
        if (_options.Site is null && spec.Program is ModelProgram { Training.Device: var device })
            Training.ComputeDevices.Load(device);
        if (_options is { KeepsPrinted: true, Site: null })
            TrialConsole.Listen(echoes: true);
        var tenure = _options is { Site.Term: { } term, Store: { } given }
            ? owned.Add(new StudyTenure(given, spec.Name, _options.Worker, term))
            : null;
        tenure?.Take();
        var known = Known();
        var past = PastStudies.Read(spec);
        var options = _options with { Known = known };
        var ranks = spec.Program is ModelProgram program ? program.Training.Parallel.WorldSize : 1;
        using var loop = new SweepLoop(
            spec,
            options,
            options.Site?.Checkpoints ?? new CheckpointFolder(spec.OutputFolder),
            options.Site?.Dispatcher
                ?? ((threads, post) => new LocalDispatcher(threads, ParallelOf(spec), ranks, options, post)),
            () => new StudyLedger(spec, Open(owned, known, tenure), known?.Log ?? [], past, options.Site?.Kept,
                First)
        );
        options.Site?.Began(loop.Post);
        using var steered = options.Control?.Take(loop.Post);
        using var renewal = Renewal(tenure, loop);
        using var whenStopped = stop.Register(() =>
            loop.Post(new StopAsked(SweepOutcome.Interrupted, "stopped by the user", Now: false))
        );
        using var whenKilled = kill.Register(() =>
            loop.Post(new StopAsked(SweepOutcome.Interrupted, "stopped by the user", Now: true))
        );
        using var limit = new TimeLimit(
            options.Time,
            most => loop.Post(new StopAsked(
                SweepOutcome.TimedOut, $"the time limit of {most} was reached", Now: false)));
        limit.Set(spec.Budget.Timeout);
        loop.Limited = limit.Set;
        return loop.Run();
    }

    private ITimer? Renewal(StudyTenure? tenure, SweepLoop loop)
    {
        if (tenure is null)
            return null;
        var period = _options.Site!.Term!.Value / 3;
        return _options.Time.CreateTimer(_ => loop.Post(new Errand(tenure.Renew)), null, period, period);
    }

    /// <summary>How many trials run at a time on this machine.</summary>
    internal static int ParallelOf(SweepSpec spec)
    {
        var ranks = spec.Program is ModelProgram program ? program.Training.Parallel.WorldSize : 1;
        return spec.Budget.Parallel ?? Math.Max(1, Environment.ProcessorCount / ranks);
    }

    // Looks without touching: a sweep that cannot run must leave nothing behind.
    private StoredStudy? Known()
    {
        var known = _options.Store is { } given ? given.Load(spec.Name) : KnownFile();
        if (known is null)
            return null;
        if (!_options.Resume)
        {
            throw new StudyConflictException(
                $"The study '{spec.Name}' exists already{Where()} ({known.State.ToString().ToLowerInvariant()}, "
                    + $"{known.Log.Count(item => item.Event is Search.TrialAsked)} trials). Go on with it by --resume, "
                    + "or keep it and begin another with --output FOLDER."
            );
        }

        if (known.Definition.Fingerprint != SweepFingerprint.Of(First))
        {
            throw new StudyConflictException(
                $"The study '{spec.Name}'{Where()} was made from another sweep: its space, data, model, training, "
                + $"objective or seed "
                    + "differs, so its trials cannot be compared with new ones. Only sampler, pruner and budget "
                    + "may change. "
                    + "Undo the change, or begin another study with --output FOLDER."
            );
        }

        return known;
    }

    private StoredStudy? KnownFile()
    {
        if (spec.OutputFolder is not { } folder || !File.Exists(StudyFolder.StorePath(folder)))
            return null;
        using var store = SqliteStudyStore.OpenExisting(StudyFolder.StorePath(folder), _options.Time);
        return store.Load(spec.Name) ?? store.List() switch
        {
            [var other, ..] => throw new StudyConflictException(
                $"The output folder '{folder}' holds the study '{other}', whose model and report those of "
                    + $"'{spec.Name}' would replace. Choose another folder by output.folder or --output FOLDER."),
            [] => null,
        };
    }

    private string Where() => spec.OutputFolder is null ? "" : $" in '{spec.OutputFolder}'";

    private StudyStore Open(Owned owned, StoredStudy? known, StudyTenure? tenure)
    {
        if (spec.OutputFolder is { } folder)
            owned.Add(StudyFolder.Lock(folder));
        var store =
            _options.Store
            ?? owned.Add(
                spec.OutputFolder is { } output
                    ? SqliteStudyStore.Open(StudyFolder.StorePath(output), _options.Time)
                    : (StudyStore)new MemoryStudyStore(_options.Time)
            );
        if (known is null)
            store.Create(SweepDefinition.Of(First));
        tenure?.Take();
        if (known is not null)
            store.Commit(spec.Name, [new StudyStateChanged(StudyState.Running)]);
        return store;
    }

    private sealed class Owned : IDisposable
    {
        private readonly Stack<IDisposable> _things = [];

        public T Add<T>(T thing)
            where T : IDisposable
        {
            _things.Push(thing);
            return thing;
        }

        public void Dispose()
        {
            while (_things.TryPop(out var thing))
                thing.Dispose();
        }
    }
}
