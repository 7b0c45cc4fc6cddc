using System.Collections.Immutable;
using TuneGraph.Search;

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
    /// <param name="name">Its name.</param>
    /// <param name="skip">
    /// How many events at the beginning of its log to leave out, because they are known already; 0 for none.
    /// </param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public abstract StoredStudy? Load(string name, int skip = 0);

    /// <summary>
    /// A study with its log from an event on, and without its tasks, attempts and checkpoints, which may be many; null
    /// when there is none of that name.
    /// </summary>
    internal virtual StoredStudy? Follow(string name, int skip) => Load(name, skip);

    /// <summary>
    /// The events of a study's log in order, without their times and metrics: all that the study itself goes on from.
    /// To be gone through once.
    /// </summary>
    internal virtual IEnumerable<StudyEvent> Events(string name) =>
        Load(name)?.Log.Select(logged => logged.Event) ?? [];

    /// <summary>The newest checkpoint of each task of a study, and nothing else of it.</summary>
    internal virtual ImmutableArray<StoredCheckpoint> Checkpoints(string name) => Load(name)?.Checkpoints ?? [];

    /// <summary>
    /// A study with its log in outline: of each trial's steps the last alone, which is all that a table of trials needs
    /// and a fiftieth of the log; null when there is none of that name.
    /// </summary>
    internal virtual StudyOutline? Outline(string name) => Load(name) is { } study ? StudyOutline.Of(study) : null;

    /// <summary>The steps that trials reported, in their order.</summary>
    internal virtual IReadOnlyList<LoggedEvent> Steps(string name, IReadOnlyCollection<int> trials) =>
        [.. StepsOf(name).Where(step => trials.Contains(step.Event.Number))];

    /// <summary>The steps of all trials whose times are known, in their order.</summary>
    internal virtual IReadOnlyList<LoggedEvent> TimedSteps(string name) =>
        [.. StepsOf(name).Where(step => step.Metrics?.Times is not null)];

    /// <summary>What the trials of a study printed, as far as it is kept, the oldest first.</summary>
    /// <param name="study">Name of the study; of one that is not there, nothing is given.</param>
    /// <param name="query">Which lines.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public virtual IReadOnlyList<StoredLine> Printed(string study, PrintedQuery query) => [];

    /// <summary>Adds a study in state <see cref="StudyState.Running"/>.</summary>
    /// <exception cref="StoreException">A study of that name exists, or the store cannot be written.</exception>
    public abstract void Create(StudyDefinition definition);

    /// <summary>Keeps changes of a study, all or none, in the order given.</summary>
    /// <exception cref="StoreException">
    /// The store cannot be written, or another process has claimed or written the study since; nothing of these changes
    /// was kept.
    /// </exception>
    public abstract void Commit(string study, IReadOnlyList<StoreChange> changes);

    /// <summary>
    /// Makes the caller the study's only writer for a term. From now on the commits of everyone who wrote it before are
    /// refused, this store's earlier claims included.
    /// </summary>
    /// <param name="study">Name of the study.</param>
    /// <param name="owner">Who claims it, for people: <c>host:pid</c>.</param>
    /// <param name="term">
    /// How long the claim holds unless it is renewed, by the store's own clock; none at all claims without keeping
    /// others from doing the same.
    /// </param>
    /// <returns>The claim; null while another one holds.</returns>
    /// <exception cref="StoreException">There is no such study, or the store cannot be written.</exception>
    public abstract StudyClaim? Claim(string study, string owner, TimeSpan term);

    /// <summary>Sets the end of a claim to a term from now; a term of none lets go of it.</summary>
    /// <returns>
    /// False when somebody else has claimed the study since: whoever held this claim must stop. A claim whose term is
    /// over holds again if nobody else has claimed the study.
    /// </returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public abstract bool Renew(StudyClaim claim, TimeSpan term);

    /// <summary>
    /// Keeps what somebody notes about a study or a trial, in place of what was noted there before. Notes decide
    /// nothing, so that anyone may write them, also beside the study's writer.
    /// </summary>
    /// <param name="study">Name of the study.</param>
    /// <param name="remark">The remark.</param>
    /// <exception cref="StoreException">There is no such study, or the store cannot be written.</exception>
    public abstract void Annotate(string study, Remark remark);

    /// <summary>
    /// The answers that were given to calls on a study, by the keys of the calls; see <see cref="CallAnswered"/>.
    /// </summary>
    /// <param name="study">Name of the study.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public abstract IReadOnlyDictionary<string, string> Answers(string study);

    private IEnumerable<LoggedEvent> StepsOf(string name) =>
        Load(name)?.Log.Where(logged => logged.Event is StepReported) ?? [];

    /// <summary>The error of a commit that came too late.</summary>
    private protected static StoreException Overtaken(string study, string? owner, Exception? cause = null) =>
        new(
            $"The study '{study}' is written by {owner ?? "another process"} now, so nothing more of this process is "
                + "kept. What was kept before is safe; leave the study to its new owner.",
            cause);

    /// <summary>Lets go of files and connections.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of files and connections.</summary>
    protected virtual void Dispose(bool disposing) { }
}
