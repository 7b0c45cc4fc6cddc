using System.Collections.Immutable;

namespace TuneGraph.Dashboard;

/// <summary>
/// A study that somebody watches. Its store is asked for news when somebody looks, and not more often than every half
/// second however many look; when nobody does, nothing is read.
/// </summary>
internal sealed class StudyFeed(StudyPlace place, StudySource source, OwnCost cost, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _freshness = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Lock _logGate = new();
    private readonly WeakReference<StoredStudy> _log = new(null!);
    private StudyStore? _store;
    private StudyView? _view;
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
            var study = store.Load(place.Name)
                ?? throw new StoreException($"The study '{place.Name}' is no longer there.");
            _log.SetTarget(study);
            return study.Log;
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
    }

    private StudyView Fresh()
    {
        if (_view is not null && time.GetElapsedTime(_readAt) < _freshness)
            return _view;
        var began = time.GetTimestamp();
        try
        {
            _store ??= source.Open(place.Store);
            var news = _store.Load(place.Name, _view?.Revision ?? 0)
                ?? throw new StoreException($"The study '{place.Name}' is no longer there.");
            if (_view is null)
                _view = new StudyView(place.Id, news);
            else
                _view.Apply(news);
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
}
