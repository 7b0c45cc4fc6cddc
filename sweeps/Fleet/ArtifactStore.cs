using System.Security.Cryptography;

namespace TuneGraph;

/// <summary>
/// Files by the SHA-256 of their content, in a folder or a bucket. A file is there as a whole or not at all, and what
/// comes in under another hash than its own is refused. Safe to use from several threads.
/// </summary>
/// <remarks>
/// Who needs an artifact holds it; whom nobody holds any more is deleted. Holds live as long as the process: at start,
/// those who go on hold anew, and <see cref="Sweep"/> deletes the rest.
/// </remarks>
/// <param name="place">Where the files are.</param>
internal sealed class ArtifactStore(ArtifactPlace place)
{
    private const int HashLength = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _holds = [];

    public static bool IsHash(string text) =>
        text.Length == HashLength && text.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <exception cref="FleetException">The text is no hash.</exception>
    public bool Has(string sha256) => place.Has(Checked(sha256));

    /// <summary>
    /// A file of this machine with the content, undamaged, which is checked byte by byte; null when there is none. What
    /// is damaged is deleted, so that it is never gone on from.
    /// </summary>
    /// <exception cref="FleetException">The text is no hash.</exception>
    public string? Find(string sha256)
    {
        for (var isAgain = false; place.Find(Checked(sha256)) is { } path; isAgain = true)
        {
            if (HashOf(path) == sha256)
                return path;
            if (isAgain)
                place.Delete(sha256);
            else
                place.Discard(sha256);
        }

        return null;
    }

    /// <summary>Takes a file in.</summary>
    /// <exception cref="FleetException">Its content has another hash, or cannot be kept.</exception>
    public async Task PutAsync(string sha256, Stream content, CancellationToken cancellationToken)
    {
        var unfinished = $"{Path.Combine(place.Staging, Checked(sha256))}.{Path.GetRandomFileName()}.unfinished";
        try
        {
            var actual = await WriteAsync(content, unfinished, cancellationToken).ConfigureAwait(false);
            if (actual != sha256)
                throw new FleetException(
                    FleetCode.DamagedArtifact,
                    $"The artifact {sha256} arrived as {actual}: it was cut or changed on the way. Send it again.");
            place.Put(sha256, unfinished);
        }
        catch (IOException e)
        {
            throw new FleetException(
                FleetCode.NoSpace,
                $"The artifact {sha256} could not be kept: {e.Message} Nothing else is harmed; free some space, or "
                    + "send it again.");
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Needs an artifact from now on.</summary>
    /// <returns>Whether it is there.</returns>
    public bool TryHold(string sha256)
    {
        lock (_lock)
        {
            if (!Has(sha256))
                return false;
            _holds[sha256] = _holds.GetValueOrDefault(sha256) + 1;
            return true;
        }
    }

    /// <summary>Needs it no longer; the last one's release deletes it.</summary>
    public void Release(string sha256)
    {
        lock (_lock)
        {
            var left = _holds.GetValueOrDefault(sha256) - 1;
            if (left > 0)
            {
                _holds[sha256] = left;
                return;
            }

            _holds.Remove(sha256);
            place.Delete(sha256);
        }
    }

    /// <summary>Deletes what nobody holds and was not written since a time, so that what is on its way stays.</summary>
    /// <returns>How many were deleted.</returns>
    public int Sweep(DateTimeOffset before)
    {
        lock (_lock)
        {
            var unheld = place.All()
                .Where(artifact => !_holds.ContainsKey(artifact.Sha256) && artifact.Written < before)
                .Select(artifact => artifact.Sha256)
                .ToList();
            unheld.ForEach(place.Delete);
            return unheld.Count;
        }
    }

    private static string Checked(string sha256) =>
        IsHash(sha256)
            ? sha256
            : throw new FleetException(
                FleetCode.BadRequest, $"'{sha256}' is no SHA-256; give 64 lower-case hexadecimal digits.");

    private static async Task<string> WriteAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        var file = File.Create(path);
        await using (file.ConfigureAwait(false))
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
