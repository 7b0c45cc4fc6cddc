using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// The checkpoints of a running sweep: the newest of each segment, and which trials still need theirs.
/// </summary>
internal sealed class TrialCheckpoints(CheckpointStore store, StudyLedger ledger)
{
    private readonly Dictionary<string, StoredCheckpoint> _newest = [];
    private readonly Dictionary<int, List<string>> _keysOf = [];
    private int? _best;

    /// <summary>Takes up what an earlier process left.</summary>
    public void GoOn(StoredStudy? known)
    {
        foreach (var checkpoint in known?.Checkpoints ?? [])
        {
            _newest[checkpoint.TaskKey] = checkpoint;
            store.Keep(checkpoint);
        }

        foreach (var task in known?.Tasks ?? [])
        {
            if (task is { Kind: "train", Trial: { } number })
                Needs(number, task.Key);
        }

        _best = ledger.Study.Best?.Number;
    }

    /// <summary>A trial trains a segment.</summary>
    public void Needs(int trial, string key) => KeysOf(trial).Add(key);

    /// <summary>The newest of a segment; null when there is none.</summary>
    public StoredCheckpoint? Of(string key) => _newest.GetValueOrDefault(key);

    /// <summary>
    /// From where a training segment starts: its own newest checkpoint, or that of the segment before it.
    /// </summary>
    public StoredCheckpoint? StartOf(SweepTask task)
    {
        if (task is not TrainSegment segment)
            return null;
        return Existing(segment.Key) ?? (segment.Previous is { } previous ? Existing(previous) : null);

        StoredCheckpoint? Existing(string key) =>
            _newest.TryGetValue(key, out var checkpoint) && store.Has(checkpoint) ? checkpoint : null;
    }

    /// <summary>
    /// Keeps what another study lets go of, for a trial that waits for it, until the sweep is over. From any thread.
    /// </summary>
    public void Hold(StoredCheckpoint lent) => store.Keep(lent);

    /// <summary>Needs what another study has kept, if it is still there: it is held for this one too.</summary>
    public void Borrow(int trial, StoredCheckpoint lent)
    {
        store.Keep(lent);
        if (!store.Has(lent))
            return;
        Needs(trial, lent.TaskKey);
        _ = Take(lent);
    }

    /// <summary>Takes a new one in.</summary>
    /// <returns>The one that is not needed any more; null when there is none.</returns>
    public StoredCheckpoint? Take(StoredCheckpoint saved)
    {
        // A late attempt may bring a checkpoint that another one has left behind already.
        var before = _newest.GetValueOrDefault(saved.TaskKey);
        if (before?.Step > saved.Step)
            return saved;
        _newest[saved.TaskKey] = saved;
        ledger.Add(new CheckpointSaved(saved));
        return before?.Path == saved.Path ? null : before;
    }

    /// <summary>
    /// What a finished trial leaves is only needed while it is the best; a later twin can compute it again, to the same
    /// bits.
    /// </summary>
    public void Ended(Trial trial)
    {
        if (ledger.Study.Best != trial)
        {
            Remove(trial.Number);
            return;
        }

        if (_best is { } beaten && beaten != trial.Number)
            Remove(beaten);
        _best = trial.Number;
    }

    private void Remove(int trial)
    {
        foreach (var key in KeysOf(trial))
        {
            if (_newest.Remove(key, out var checkpoint))
                store.Remove(checkpoint);
        }
    }

    private List<string> KeysOf(int trial)
    {
        if (!_keysOf.TryGetValue(trial, out var keys))
            _keysOf.Add(trial, keys = []);
        return keys;
    }
}
