using System.Globalization;

namespace TuneGraph.Collectives;

/// <summary>A store in a folder that all ranks see, such as a network share: one file per key.</summary>
/// <remarks>Values are written beside their place and renamed, so that readers see old or new, never half.</remarks>
public sealed class FileStore : RendezvousStore
{
    private const int LockTries = 20_000;
    private readonly string _folder;

    /// <summary>Uses a folder, which is made if it does not exist.</summary>
    /// <param name="folder">Empty at the group's start: values of an earlier run would be taken for this one's.</param>
    public FileStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        Directory.CreateDirectory(folder);
    }

    /// <inheritdoc/>
    public override void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var path = PathOf(key);
        using (Lock(path)) Write(path, value);
    }

    /// <inheritdoc/>
    public override string? TryGet(string key)
    {
        try
        {
            return File.ReadAllText(PathOf(key));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override long Add(string key, long amount)
    {
        var path = PathOf(key);
        using (Lock(path))
        {
            var sum = long.Parse(TryGet(key) ?? "0", CultureInfo.InvariantCulture) + amount;
            Write(path, sum.ToString(CultureInfo.InvariantCulture));
            return sum;
        }
    }

    // '/' may not stand in a file name and '%' not in a key, so this is one to one.
    private string PathOf(string key)
    {
        CheckKey(key);
        return Path.Combine(_folder, key.Replace("/", "%", StringComparison.Ordinal));
    }

    private static void Write(string path, string value)
    {
        File.WriteAllText(path + "%new", value);
        File.Move(path + "%new", path, overwrite: true);
    }

    /// <summary>
    /// Writers take turns by an exclusively opened file, which the system frees even if its owner dies.
    /// </summary>
    private static FileStream Lock(string path)
    {
        // Gives the core away more and more, up to a millisecond a turn: the owner may be a process of a busy machine.
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                return new(path + "%lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (wait.Count < LockTries)
            {
                wait.SpinOnce();
            }
        }
    }
}
