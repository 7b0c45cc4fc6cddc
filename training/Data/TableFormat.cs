namespace TuneGraph.Training;

/// <summary>Chooses how a file is read, by its name.</summary>
internal static class TableFormat
{
    /// <exception cref="DataException">The file is not what its name says, or not the table that is asked
    /// for.</exception>
    public static RawTable Read(DataSpec spec, Stream content, long limitBytes, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(spec.Path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            name = name[..^3];
        var kind = Path.GetExtension(name).ToLowerInvariant();
        var isCsv = kind is not (".npy" or ".libsvm" or ".svm") && !IdxFile.IsImages(name);
        if (!spec.Categorical.IsEmpty && !isCsv)
            throw new DataException(spec.Path, "only CSV files have categorical columns; all values here are numbers.");
        return kind switch
        {
            ".npy" => NumPyFile.Read(spec, content, cancellationToken),
            ".libsvm" or ".svm" => LibSvmFile.Read(spec, content, cancellationToken),
            _ when IdxFile.IsImages(name) => IdxFile.Read(spec, content, limitBytes, cancellationToken),
            _ => RawTable.Read(spec, content, cancellationToken),
        };
    }

    /// <summary>All bytes of a stream, of which at most <see cref="Array.MaxLength"/> fit.</summary>
    public static byte[] ReadAll(DataSpec spec, Stream content)
    {
        using var memory = new MemoryStream();
        try
        {
            content.CopyTo(memory);
        }
        catch (IOException e)
        {
            throw new DataException(spec.Path, $"the file cannot be read ({e.Message}).", e);
        }
        return memory.ToArray();
    }
}
