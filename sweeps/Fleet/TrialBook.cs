using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>
/// The trials of a study as its store has them, whoever writes it: a question reads what is new and no more. Safe to
/// use from several threads.
/// </summary>
/// <param name="shelf">Where the store is.</param>
/// <param name="folder">The study's folder.</param>
/// <param name="name">The study's name.</param>
internal sealed class TrialBook(StudyShelf shelf, string folder, string name)
{
    private readonly Lock _lock = new();
    private readonly List<TrialSummary> _trials = [];
    private int _known;

    /// <summary>The study, without its log and tasks, and its trials; null while it has not begun.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public (StoredStudy Study, ImmutableArray<TrialSummary> Trials)? Read()
    {
        lock (_lock)
        {
            if (shelf.Follow(folder, name, _known) is not { } study)
                return null;
            TrialSummary.Add(_trials, study);
            _known += study.Log.Length;
            return (study with { Log = [] }, [.. _trials]);
        }
    }
}
