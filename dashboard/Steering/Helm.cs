using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>How studies are steered from the page. Each verb tells in a sentence what became of it.</summary>
internal abstract class Helm
{
    /// <summary>Whether a study that was stopped can be let go on.</summary>
    public abstract bool Resumes { get; }

    /// <summary>Whether what a study may spend can be changed while it runs.</summary>
    public virtual bool Changes => false;

    public abstract Task<string> StopAsync(StudyPlace place, CancellationToken cancellationToken);

    public abstract Task<string> PauseAsync(StudyPlace place, CancellationToken cancellationToken);

    public abstract Task<string> ResumeAsync(StudyPlace place, CancellationToken cancellationToken);

    public virtual Task<string> ChangeAsync(
        StudyPlace place, StudyChange change, CancellationToken cancellationToken) =>
        throw new InvalidOperationException(
            "The budget of this study is changed by a run to come: 'tunegraph run SWEEP --resume --trials N'.");

    /// <summary>Takes a worker out of service.</summary>
    public virtual Task<string> DrainAsync(string worker, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This page belongs to no scheduler, and has no workers to drain.");

    /// <returns>The new trial's number.</returns>
    public abstract Task<int> EnqueueAsync(
        StudyPlace place, Configuration configuration, CancellationToken cancellationToken);

    /// <summary>The command that does the same in a shell; null where there is none.</summary>
    /// <param name="verb">For example <c>stop</c>.</param>
    /// <param name="place">The study.</param>
    /// <param name="rest">What follows the study, quoted.</param>
    public abstract string? CommandOf(string verb, StudyPlace place, string rest = "");

    /// <summary>A word as a shell takes it.</summary>
    public static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '+')
        && word.Length > 0
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
