namespace TuneGraph;

/// <summary>
/// Where an <see cref="ArtifactStore"/> keeps its files, by the SHA-256 of their content: whole, or not at all. Safe to
/// use from several threads.
/// </summary>
internal abstract class ArtifactPlace
{
    /// <summary>Folder on this machine for files on their way in.</summary>
    public abstract string Staging { get; }

    /// <summary>Whether it is there.</summary>
    public abstract bool Has(string sha256);

    /// <summary>Takes in a file of the staging folder whose content was checked; the file is gone after that.</summary>
    /// <exception cref="IOException">It cannot be kept; nothing is there then.</exception>
    public abstract void Put(string sha256, string stagedFile);

    /// <summary>A file of this machine with the content; null when it is not there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public abstract string? Find(string sha256);

    /// <summary>What <see cref="Find"/> gave is damaged: the next one gives it anew, or nothing.</summary>
    public abstract void Discard(string sha256);

    /// <summary>Deletes it, if it is there.</summary>
    public abstract void Delete(string sha256);

    /// <summary>Everything that is there, and when it came.</summary>
    public abstract IEnumerable<(string Sha256, DateTimeOffset Written)> All();
}

/// <summary>Artifacts as files of one folder.</summary>
internal sealed class ArtifactFolder : ArtifactPlace
{
    public ArtifactFolder(string folder)
    {
        Staging = Path.Combine(folder, "artifacts");
        Directory.CreateDirectory(Staging);
        foreach (var unfinished in Directory.EnumerateFiles(Staging, "*.unfinished"))
            File.Delete(unfinished);
    }

    public override string Staging { get; }

    public override bool Has(string sha256) => File.Exists(PathOf(sha256));

    public override void Put(string sha256, string stagedFile) =>
        File.Move(stagedFile, PathOf(sha256), overwrite: true);

    public override string? Find(string sha256) => Has(sha256) ? PathOf(sha256) : null;

    public override void Discard(string sha256) => Delete(sha256);

    public override void Delete(string sha256) => File.Delete(PathOf(sha256));

    public override IEnumerable<(string Sha256, DateTimeOffset Written)> All() =>
        Directory.EnumerateFiles(Staging)
            .Where(path => ArtifactStore.IsHash(Path.GetFileName(path)))
            .Select(path =>
                (Path.GetFileName(path), new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero)));

    private string PathOf(string sha256) => Path.Combine(Staging, sha256);
}
