namespace TuneGraph.Collectives;

/// <summary>
/// A small shared dictionary by which the ranks of a group find each other. Keys and values are short texts; values are
/// seldom set and often read. Thread-safe.
/// </summary>
public abstract class RendezvousStore : IDisposable
{
    /// <summary>Sets a value; the last writer wins.</summary>
    /// <param name="key">1 … 250 characters of A–Z, a–z, 0–9, '.', '-', '_' and '/'.</param>
    /// <param name="value">At most 64 KiB of UTF-8.</param>
    public abstract void Set(string key, string value);

    /// <summary>The value of a key, or null if it was never set.</summary>
    public abstract string? TryGet(string key);

    /// <summary>Adds to a counter, which starts at 0, in one step for all who use the store; returns the sum.</summary>
    public abstract long Add(string key, long amount);

    /// <summary>Frees what the store holds; the values stay where others can read them.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the store holds; may be called more than once.</summary>
    protected virtual void Dispose(bool disposing) { }

    internal static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        foreach (var letter in key)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '-' or '_' or '/'))
                throw new ArgumentException(
                    $"The key '{key}' holds '{letter}'; allowed are A–Z, a–z, 0–9, '.', '-', '_', '/'.", nameof(key));
        }
        if (key.Length is < 1 or > 250)
            throw new ArgumentException($"The key has {key.Length} characters; allowed are 1 … 250.", nameof(key));
    }
}
