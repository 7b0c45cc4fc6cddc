namespace TuneGraph.Training;

/// <summary>Chooses how a file is read, by its name.</summary>
internal static class TableFormat
{
    /// <exception cref="DataException">The file is not what its name says, or not the table that is asked
    /// for.</exception>
    public static RawTable Read(DataSpec spec, FileStream file, long limitBytes, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(spec.Path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            name = name[..^3];
        var kind = Path.GetExtension(name).ToLowerInvariant();
        var hasText = kind is not (".npy" or ".libsvm" or ".svm") && !IdxFile.IsImages(name);
        if (!spec.Categorical.IsEmpty && !hasText)
        {
            throw new DataException(
                spec.Path, "only CSV and Parquet files have categorical columns; all values here are numbers.");
        }
        if (kind == ".parquet")
        {
            using var reader = new ParquetTableReader(spec, file);
            return RawTable.Read(spec, reader, cancellationToken);
        }
        using var content = DataFile.Text(file, spec.Path, limitBytes);
        return kind switch
        {
            ".npy" => NumPyFile.Read(spec, content, cancellationToken),
            ".libsvm" or ".svm" => LibSvmFile.Read(spec, content, limitBytes, cancellationToken),
            _ when IdxFile.IsImages(name) => IdxFile.Read(spec, content, limitBytes, cancellationToken),
            _ => RawTable.Read(spec, new CsvReader(spec.Path, content), cancellationToken),
        };
    }

    /// <summary>Fills the buffer from a stream; false if the stream ends before that.</summary>
    public static bool TryFill(DataSpec spec, Stream content, Span<byte> buffer)
    {
        try
        {
            return content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
        }
        catch (IOException e)
        {
            throw new DataException(spec.Path, $"the file cannot be read ({e.Message}).", e);
        }
    }
}
