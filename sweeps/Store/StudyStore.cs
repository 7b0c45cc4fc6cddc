namespace TuneGraph;

/// <summary>
/// Where studies are kept: the truth about them. What <see cref="Commit"/> has taken survives the end of the process,
/// however it ends.
/// One process at a time may write a study; a store is used by one thread at a time.
/// </summary>
public abstract class StudyStore : IDisposable
{
    /// <summary>Names of the studies kept here, in the order of their creation.</summary>
    public abstract IReadOnlyList<string> List();

    /// <summary>A study with everything known of it; null when there is none of that name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public abstract StoredStudy? Load(string name);

    /// <summary>Adds a study in state <see cref="StudyState.Running"/>.</summary>
    /// <exception cref="StoreException">A study of that name exists, or the store cannot be written.</exception>
    public abstract void Create(StudyDefinition definition);

    /// <summary>Keeps changes of a study, all or none, in the order given.</summary>
    /// <exception cref="StoreException">The store cannot be written; nothing of these changes was kept.</exception>
    public abstract void Commit(string study, IReadOnlyList<StoreChange> changes);

    /// <summary>Lets go of files and connections.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of files and connections.</summary>
    protected virtual void Dispose(bool disposing) { }
}
