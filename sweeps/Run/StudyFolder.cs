namespace TuneGraph;

/// <summary>
/// Where a sweep's study lies in its output folder, and the lock that keeps two processes from running it at once.
/// </summary>
public static class StudyFolder
{
    private const string StoreName = "study.db";
    private const string LockName = "study.lock";

    /// <summary>The study file of an output folder.</summary>
    public static string StorePath(string outputFolder) => Path.Combine(outputFolder, StoreName);

    /// <summary>
    /// Whether a living process runs the study of an output folder. The system lets go of the lock of a dead one.
    /// </summary>
    public static bool IsBusy(string outputFolder)
    {
        var path = Path.Combine(outputFolder, LockName);
        if (!File.Exists(path))
            return false;
        try
        {
            using (Open(path, FileMode.Open))
                return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Takes the lock of an output folder, which is made if need be; disposing gives it back.</summary>
    /// <exception cref="StoreException">The folder cannot be written, or another process runs the study.</exception>
    internal static IDisposable Lock(string outputFolder)
    {
        try
        {
            Directory.CreateDirectory(outputFolder);
            var probe = Path.Combine(outputFolder, ".probe");
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"The output folder '{outputFolder}' cannot be written: {e.Message} Choose another with "
                + $"output.folder or --output.",
                e
            );
        }

        try
        {
            return Open(Path.Combine(outputFolder, LockName), FileMode.OpenOrCreate);
        }
        catch (IOException e)
        {
            throw new StoreException(
                $"Another process is running the study in '{outputFolder}'; wait for it or stop it, or choose "
                + $"another folder with --output.",
                e
            );
        }
    }

    private static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None);
}
