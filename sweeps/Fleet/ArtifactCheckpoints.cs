using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The checkpoints of a study whose trials run on workers: artifacts that the study holds.</summary>
internal sealed class ArtifactCheckpoints(ArtifactStore artifacts) : CheckpointStore
{
    private const string Scheme = "sha256:";

    private readonly Lock _lock = new();
    private readonly List<string> _held = [];

    /// <summary>How a study's store names an artifact.</summary>
    public static string PathOf(string sha256) => Scheme + sha256;

    /// <summary>The artifact that a study's store names; null when it names something else.</summary>
    public static string? HashIn(StoredCheckpoint stored) =>
        stored.Path.StartsWith(Scheme, StringComparison.Ordinal) ? stored.Path[Scheme.Length..] : null;

    /// <summary>Holds a checkpoint that a worker has brought.</summary>
    /// <returns>Whether it is there.</returns>
    public bool TryHold(string sha256)
    {
        if (!artifacts.TryHold(sha256))
            return false;
        lock (_lock)
            _held.Add(sha256);
        return true;
    }

    public override StoredCheckpoint Save(string taskKey, int step, Checkpoint checkpoint) =>
        throw new System.Diagnostics.UnreachableException("Workers save the checkpoints of a fleet.");

    public override Checkpoint? Find(StoredCheckpoint? stored) =>
        stored is not null && HashIn(stored) is { } sha256 && artifacts.Find(sha256) is { } path
            ? Checkpoint.FromBytes(File.ReadAllBytes(path))
            : null;

    public override bool Has(StoredCheckpoint stored) => HashIn(stored) is { } sha256 && artifacts.Has(sha256);

    public override void Keep(StoredCheckpoint stored)
    {
        if (HashIn(stored) is not { } sha256)
            return;
        lock (_lock)
        {
            if (_held.Contains(sha256))
                return;
        }

        TryHold(sha256);
    }

    public override void Remove(StoredCheckpoint stored)
    {
        if (HashIn(stored) is not { } sha256)
            return;
        lock (_lock)
        {
            if (!_held.Remove(sha256))
                return;
        }

        artifacts.Release(sha256);
    }

    public override void Clear(StoredCheckpoint? best)
    {
        var kept = best is null ? null : HashIn(best);
        lock (_lock)
        {
            var isKept = kept is not null && _held.Remove(kept);
            _held.ForEach(artifacts.Release);
            _held.Clear();
            if (isKept)
                _held.Add(kept!);
        }
    }
}
