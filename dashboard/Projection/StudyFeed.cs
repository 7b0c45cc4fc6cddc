using System.Collections.Immutable;

namespace TuneGraph.Dashboard;

/// <summary>
/// A study that somebody watches. Its store is asked for news when somebody looks, and not more often than every half
/// second however many look; when nobody does, nothing is read.
/// </summary>
internal sealed class StudyFeed(StudyPlace place, StudySource source, OwnCost cost, TimeProvider time)
    : IStudyDepth, IDisposable
{
    private static readonly TimeSpan _freshness = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Lock _logGate = new();
    private readonly Lock _printedGate = new();
    private readonly WeakReference<StoredStudy> _log = new(null!);
    private StudyStore? _store;
    private StudyStore? _printed;
    private StudyView? _view;
    private StoredStudy? _work;
    private ILookup<int, CurvePoint>? _times;
    private long _seen;
    private long _readAt;

    public StudyPlace Place => place;

    /// <summary>Lets <paramref name="read"/> look at the study as it is now; nobody changes it meanwhile.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public T Look<T>(Func<StudyView, T> read)
    {
        lock (_gate)
            return read(Fresh());
    }

    /// <summary>
    /// The whole log, read anew unless it is the one read last: the study that is shown has let go of it.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ImmutableArray<LoggedEvent> Log()
    {
        var length = Look(view => view.Revision);
        lock (_logGate)
        {
            if (_log.TryGetTarget(out var kept) && kept.Log.Length >= length)
                return kept.Log;
            using var store = source.Open(place.Store);
            var study = store.Load(place.Name) ?? throw Gone();
            _log.SetTarget(study);
            return study.Log;
        }
    }

    /// <summary>Keeps what somebody notes; this and nothing else a page writes to a store.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    /// <exception cref="ArgumentException">There is no such trial.</exception>
    public void Annotate(Remark remark)
    {
        lock (_gate)
        {
            var view = Fresh();
            if (remark.Trial >= view.Trials.Count)
                throw new ArgumentException($"There is no trial {remark.Trial} to note anything about.");
            _store!.Annotate(place.Name, remark);
            view.Apply(_store.Follow(place.Name, view.Revision) ?? throw Gone());
        }
    }

    /// <summary>The log with the last step of each trial alone.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ImmutableArray<LoggedEvent> Outline()
    {
        lock (_gate)
        {
            _ = Fresh();
            return _store!.Outline(place.Name)?.Study.Log ?? throw Gone();
        }
    }

    /// <summary>
    /// What trials printed. By a connection of its own: a search through all of it keeps nobody else waiting.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<StoredLine> Printed(PrintedQuery query)
    {
        lock (_printedGate)
        {
            var began = time.GetTimestamp();
            try
            {
                _printed ??= source.Open(place.Store);
                return _printed.Printed(place.Name, query);
            }
            catch (StoreException)
            {
                _printed?.Dispose();
                _printed = null;
                throw;
            }
            finally
            {
                cost.Read(time.GetElapsedTime(began));
            }
        }
    }

    /// <summary>How it stands, seen from outside: a study whose process has died is not running.</summary>
    public StudyState StateOf(StudyView view) =>
        view.Study.State == StudyState.Running && place.Folder is { } folder && !StudyFolder.IsBusy(folder)
            ? StudyState.Interrupted
            : view.Study.State;

    public void Dispose()
    {
        lock (_gate)
            _store?.Dispose();
        lock (_printedGate)
            _printed?.Dispose();
    }

    private StudyView Fresh()
    {
        if (_view is not null && time.GetElapsedTime(_readAt) < _freshness)
            return _view;
        var began = time.GetTimestamp();
        try
        {
            _store ??= source.Open(place.Store);
            if (_view is null)
                _view = new StudyView(place.Id, _store.Outline(place.Name) ?? throw Gone(), this);
            else
                _view.Apply(_store.Follow(place.Name, _view.Revision) ?? throw Gone());
            if (_seen != _view.Study.Commits)
                (_work, _times) = (null, null);
            _seen = _view.Study.Commits;
            cost.Read(time.GetElapsedTime(began));
            _readAt = time.GetTimestamp();
            return _view;
        }
        catch (StoreException)
        {
            _store?.Dispose();
            _store = null;
            throw;
        }
    }

    // What a view reads more of itself with; only within Look, and from the store that it came from.
    ILookup<int, CurvePoint> IStudyDepth.Curves(IReadOnlyCollection<int> trials)
    {
        lock (_gate)
            return CurvePoint.Of(_store!.Steps(place.Name, trials));
    }

    ILookup<int, CurvePoint> IStudyDepth.TimedSteps()
    {
        lock (_gate)
            return _times ??= CurvePoint.Of(_store!.TimedSteps(place.Name));
    }

    StoredStudy IStudyDepth.Work()
    {
        lock (_gate)
            return _work ??= _store!.Load(place.Name, int.MaxValue) ?? throw Gone();
    }

    private StoreException Gone() => new($"The study '{place.Name}' is no longer there.");
}
