using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Where the checkpoints of a sweep lie. What is in it is complete. Used from several threads.</summary>
internal abstract class CheckpointStore
{
    /// <summary>Keeps a checkpoint.</summary>
    /// <exception cref="StoreException">
    /// It could not be written: not the trial's fault, so the sweep has to stop and say so.
    /// </exception>
    public abstract StoredCheckpoint Save(string taskKey, int step, Checkpoint checkpoint);

    /// <summary>The checkpoint, or null when it is gone.</summary>
    public abstract Checkpoint? Find(StoredCheckpoint? stored);

    public abstract bool Has(StoredCheckpoint stored);

    /// <summary>A study that goes on will need this one.</summary>
    public virtual void Keep(StoredCheckpoint stored) { }

    public abstract void Remove(StoredCheckpoint stored);

    /// <summary>Removes everything: the sweep is finished and its model exported.</summary>
    /// <param name="best">The best trial's last one; a store that others share keeps it for them.</param>
    public abstract void Clear(StoredCheckpoint? best);
}
