using System.Collections.Concurrent;

namespace TuneGraph;

/// <summary>
/// The studies of a scheduler whose trials somebody else runs: in files below its folder, or in the database, where any
/// scheduler that reaches it finds them. Safe to use from several threads.
/// </summary>
internal sealed class AskedStudies : IAsyncDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly StudyShelf _shelf;
    private readonly TimeProvider _time;
    private readonly string _owner = $"{Environment.MachineName}:{Environment.ProcessId}";
    private readonly ConcurrentDictionary<string, AskedStudy> _studies = [];
    private readonly Lock _making = new();

    /// <param name="folder">The scheduler's folder.</param>
    /// <param name="shelf">Where the stores are.</param>
    /// <param name="time">The clock.</param>
    public AskedStudies(string folder, StudyShelf shelf, TimeProvider time)
    {
        (_folder, _shelf, _time, Term) = (Path.Combine(folder, "studies"), shelf, time, shelf.Term);
        Directory.CreateDirectory(_folder);
    }

    /// <summary>
    /// How long a claim on a study keeps others away; null where a folder's lock does as much. None at all where
    /// somebody else says whose turn it is, as the placement of actors does: then the newest claim holds, and the
    /// commits of the one before are refused.
    /// </summary>
    public TimeSpan? Term { get; init; }

    /// <summary>Hears what happens in any of them, under a lock: it must be quick.</summary>
    public Action<string, FeedEvent>? Told { get; set; }

    /// <summary>Names of all studies here, whoever runs their trials.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IEnumerable<string> Names() =>
        _shelf.Names(_folder).Order(StringComparer.Ordinal);

    /// <summary>Makes a study, unless the same one is there already.</summary>
    /// <returns>The study, and whether it is new.</returns>
    /// <exception cref="FleetException">There is another one of that name, or the name cannot be one.</exception>
    /// <exception cref="SweepFileException">There are mistakes in the text.</exception>
    public (AskedStudy Study, bool IsNew) Make(string name, string text)
    {
        var spec = AskedFile.Parse(name, text);
        lock (_making)
        {
            var folder = Path.Combine(_folder, name);
            if (ScheduledStudy.SubmissionIn(folder) is not null)
                throw Exists(name, "a sweep, which workers run");
            var stored = _shelf.Find(folder, name);
            var isNew = stored is null;
            if (stored is not null && stored.Definition.Fingerprint != SweepFingerprint.Of(spec))
                throw Exists(name, "another one: its space, objective or seed differs");
            if (isNew)
            {
                using var store = OpenStore(folder);
                store.Create(SweepDefinition.Of(spec));
            }

            return (Open(name, stored is null ? spec : AskedFile.Of(stored) ?? spec), isNew);
        }
    }

    /// <summary>A study by its name; null when there is none of that kind.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public AskedStudy? Find(string name)
    {
        if (_studies.TryGetValue(name, out var study))
            return study;
        if (!Scalars.IsName(name))
            return null;
        var folder = Path.Combine(_folder, name);
        return _shelf.Find(folder, name) is { } stored && AskedFile.Of(stored) is { } spec ? Open(name, spec) : null;
    }

    /// <summary>
    /// A study, whoever runs its trials, and what came to its log after so many events; null while it has not begun.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public StoredStudy? Follow(string name, int known) => _shelf.Follow(Path.Combine(_folder, name), name, known);

    /// <summary>Where a study is kept, for people.</summary>
    public string WhereIs(string name) => _shelf.Term is null ? Path.Combine(_folder, name) : "the database";

    /// <summary>Forgets the answers to calls of more than a day ago, in the studies that are open.</summary>
    public async Task ForgetAsync()
    {
        var before = _time.GetUtcNow() - TimeSpan.FromDays(1);
        foreach (var study in _studies.Values)
        {
            await study.DoAsync(ledger =>
            {
                ledger.Forget(before);
                return true;
            }).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var study in _studies.Values)
            await study.DisposeAsync().ConfigureAwait(false);
    }

    private AskedStudy Open(string name, SweepSpec spec) =>
        _studies.GetOrAdd(name, _ =>
        {
            var study = new AskedStudy(() => OpenLedger(spec), _time, _period);
            study.Feed.Tap = told => Told?.Invoke(name, told);
            return study;
        });

    private AskedLedger OpenLedger(SweepSpec spec)
    {
        var folder = Path.Combine(_folder, spec.Name);
        var folderLock = Term is null ? StudyFolder.Lock(folder) : null;
        StudyStore? store = null;
        StudyTenure? tenure = null;
        try
        {
            store = OpenStore(folder);
            if (Term is { } term)
            {
                tenure = new StudyTenure(store, spec.Name, _owner, term);
                tenure.Take();
            }

            return new AskedLedger(spec, store, tenure, folderLock, _time);
        }
        catch
        {
            tenure?.Dispose();
            store?.Dispose();
            folderLock?.Dispose();
            throw;
        }
    }

    private StudyStore OpenStore(string folder) =>
        _shelf.Open() ?? SqliteStudyStore.Open(StudyFolder.StorePath(folder), _time);

    private static FleetException Exists(string name, string what) =>
        new(
            FleetCode.StudyExists,
            $"There is a study '{name}' here already, and it is {what}. Give this one another name.");
}
