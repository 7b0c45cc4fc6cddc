namespace TuneGraph;

/// <summary>Another process is at work on the study, and its claim still holds.</summary>
internal sealed class StudyHeldException(string message) : TuneGraphException(message);

/// <summary>
/// A study as its only writer holds it: claimed for a term that is renewed while the process lives, so that of two
/// schedulers one writes, and the other takes over when that one is gone. Used by the sweep's own thread.
/// </summary>
internal sealed class StudyTenure(StudyStore store, string study, string owner, TimeSpan term) : IDisposable
{
    private StudyClaim? _claim;

    /// <summary>Claims the study if it exists and is not claimed yet.</summary>
    /// <exception cref="StudyHeldException">Another process holds it.</exception>
    public void Take()
    {
        if (_claim is not null || !store.List().Contains(study))
            return;
        _claim = store.Claim(study, owner, term)
            ?? throw new StudyHeldException(
                $"Another scheduler is at work on the study '{study}'; this one takes it over when that one is gone.");
    }

    /// <exception cref="StoreException">Another process has claimed it: this one has to stop.</exception>
    public void Renew()
    {
        if (_claim is { } claim && !store.Renew(claim, term))
            throw new StoreException(
                $"Another scheduler has taken the study '{study}' over, because this one was silent for too long. "
                    + "Nothing is lost; ask that one.");
    }

    public void Dispose()
    {
        if (_claim is not { } claim)
            return;
        try
        {
            store.Renew(claim, TimeSpan.Zero);
        }
        catch (StoreException)
        {
            // The store is away: the claim ends by itself.
        }
    }
}
