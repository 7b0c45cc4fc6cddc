namespace TuneGraph;

/// <summary>Writes files that are either complete or absent, whatever happens meanwhile.</summary>
public static class AtomicFile
{
    /// <summary>Writes bytes; makes the folder if need be, and replaces a file that is there.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = path + ".unfinished";
        try
        {
            File.WriteAllBytes(unfinished, bytes);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8; makes the folder if need be, and replaces a file that is there.</summary>
    public static void Write(string path, string text) => Write(path, System.Text.Encoding.UTF8.GetBytes(text));
}
