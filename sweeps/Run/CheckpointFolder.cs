using System.Collections.Concurrent;
using System.Globalization;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// The checkpoints of a sweep of this process: one file a task and step below the output folder, or in memory when the
/// sweep keeps nothing. A file is complete or absent: it is written beside its place and moved there.
/// </summary>
internal sealed class CheckpointFolder(string? outputFolder) : CheckpointStore
{
    private const string Name = "checkpoints";

    private readonly ConcurrentDictionary<string, byte[]> _inMemory = [];

    public override StoredCheckpoint Save(string taskKey, int step, Checkpoint checkpoint)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Name}/{taskKey}.step-{step}.safetensors");
        var bytes = checkpoint.ToBytes();
        if (outputFolder is null)
            _inMemory[path] = bytes;
        else
            Write(Path.Combine(outputFolder, path), bytes);
        return new StoredCheckpoint(taskKey, step, path);
    }

    // Not the trial's fault: the sweep must stop and say so, or trial after trial would fail on a full disk.
    private static void Write(string path, byte[] bytes)
    {
        try
        {
            AtomicFile.Write(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"The checkpoint '{path}' could not be written: {e.Message} What was kept before is safe; "
                    + "free some space or make the folder writable, then go on with --resume.",
                e
            );
        }
    }

    public override Checkpoint? Find(StoredCheckpoint? stored)
    {
        if (stored is null)
            return null;
        if (outputFolder is null)
            return _inMemory.TryGetValue(stored.Path, out var kept) ? Checkpoint.FromBytes(kept) : null;
        var path = Path.Combine(outputFolder, stored.Path);
        return File.Exists(path) ? Checkpoint.FromBytes(File.ReadAllBytes(path)) : null;
    }

    public override bool Has(StoredCheckpoint stored) =>
        outputFolder is null
            ? _inMemory.ContainsKey(stored.Path)
            : File.Exists(Path.Combine(outputFolder, stored.Path));

    public override void Remove(StoredCheckpoint stored)
    {
        if (outputFolder is null)
            _inMemory.TryRemove(stored.Path, out _);
        else
            File.Delete(Path.Combine(outputFolder, stored.Path));
    }

    public override void Clear(StoredCheckpoint? best)
    {
        _inMemory.Clear();
        if (outputFolder is not null && Path.Combine(outputFolder, Name) is var folder && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
