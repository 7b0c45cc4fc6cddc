using System.Collections.Immutable;
using System.Data.Common;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Keeps studies in the tables of a database; the log of a study is their rows in order.</summary>
public abstract class SqlStudyStore : StudyStore
{
    private readonly SqlSession _session;
    private readonly SqlChangeWriter _writer;
    private readonly TimeProvider _time;

    private protected SqlStudyStore(SqlSession session, TimeProvider? time)
    {
        (_session, _time) = (session, time ?? TimeProvider.System);
        _writer = new SqlChangeWriter(session);
    }

    /// <summary>The database, for people.</summary>
    private protected abstract string Where { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> List() => Guarded("read", () => SqlStudyReader.Names(_session));

    /// <inheritdoc/>
    public sealed override StoredStudy? Load(string name, int skip = 0) =>
        Guarded("read", () => SqlStudyReader.Load(_session, name, skip));

    /// <inheritdoc/>
    internal sealed override StoredStudy? Follow(string name, int skip) =>
        Guarded("read", () => SqlStudyReader.Follow(_session, name, skip));

    internal sealed override ImmutableArray<StoredCheckpoint> Checkpoints(string name) =>
        Guarded("read", () => SqlStudyReader.Checkpoints(_session, name));

    /// <inheritdoc/>
    internal sealed override StudyOutline? Outline(string name) =>
        Guarded("read", () => SqlStudyReader.Outline(_session, name));

    /// <inheritdoc/>
    internal sealed override IEnumerable<StudyEvent> Events(string name) =>
        Guarded("read", () => SqlStudyReader.Events(_session, name));

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<LoggedEvent> Steps(string name, IReadOnlyCollection<int> trials) =>
        Guarded("read", () => SqlStudyReader.Steps(_session, name, trials));

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<LoggedEvent> TimedSteps(string name) =>
        Guarded("read", () => SqlStudyReader.Steps(_session, name, null));

    /// <inheritdoc/>
    public sealed override IReadOnlyList<StoredLine> Printed(string study, PrintedQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Guarded("read", () => SqlPrinted.Read(_session, study, query));
    }

    /// <inheritdoc/>
    public sealed override void Create(StudyDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        try
        {
            Guarded("written", () => _writer.Create(definition, _time.GetUtcNow()));
        }
        catch (StoreException e) when (e.InnerException is DbException && List().Contains(definition.Name))
        {
            throw new StoreException(
                $"A study named '{definition.Name}' exists already in {Where}; choose another name.", e.InnerException);
        }
    }

    /// <inheritdoc/>
    public sealed override void Commit(string study, IReadOnlyList<StoreChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Guarded(
            "written",
            () =>
            {
                try
                {
                    _writer.Commit(study, changes, _time.GetUtcNow());
                }
                catch (DbException e) when (IsOvertaken(e))
                {
                    throw Overtaken(study, _writer.OwnerOf(study), e);
                }
            });
    }

    /// <inheritdoc/>
    public sealed override void Annotate(string study, Remark remark)
    {
        ArgumentNullException.ThrowIfNull(remark);
        Guarded("written", () => _writer.Annotate(study, remark, _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyDictionary<string, string> Answers(string study) =>
        Guarded("read", () => SqlStudyReader.Answers(_session, study));

    /// <inheritdoc/>
    public sealed override StudyClaim? Claim(string study, string owner, TimeSpan term) =>
        Guarded("written", () => _writer.Claim(study, owner, term));

    /// <inheritdoc/>
    public sealed override bool Renew(StudyClaim claim, TimeSpan term)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Guarded("written", () => _writer.Renew(claim, term));
    }

    /// <summary>What people are told of an error of the database.</summary>
    /// <param name="verb">What could not be done: <c>read</c> or <c>written</c>.</param>
    /// <param name="error">The error.</param>
    private protected abstract StoreException Explain(string verb, DbException error);

    /// <summary>Whether the error says that a commit came from a writer that is not the newest.</summary>
    private protected abstract bool IsOvertaken(DbException error);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _session.Dispose();
    }

    private void Guarded(string verb, Action action) =>
        Guarded(
            verb,
            () =>
            {
                action();
                return true;
            });

    private T Guarded<T>(string verb, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (DbException e)
        {
            throw Explain(verb, e);
        }
    }
}
