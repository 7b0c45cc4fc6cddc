namespace TuneGraph.Training;

/// <summary>
/// A data file cannot be used as asked. The message starts with "file(line,column): " when the fault has a place,
/// and with "file: " otherwise.
/// </summary>
public sealed class DataException : Exception
{
    /// <summary>A fault of the file as a whole.</summary>
    /// <param name="file">The file's path, as the user gave it.</param>
    /// <param name="problem">What is wrong, what is allowed and the way out.</param>
    /// <param name="innerException">What the system said, if anything.</param>
    public DataException(string file, string problem, Exception? innerException = null)
        : base($"{file}: {problem}", innerException) => File = file;

    /// <summary>A fault at one place of the file.</summary>
    /// <param name="file">The file's path, as the user gave it.</param>
    /// <param name="line">Line in the (decompressed) text, counted from 1.</param>
    /// <param name="column">UTF-16 character in that line, counted from 1, as editors count.</param>
    /// <param name="problem">What is wrong, what is allowed and the way out.</param>
    public DataException(string file, long line, int column, string problem)
        : base($"{file}({line},{column}): {problem}")
    {
        File = file;
        Line = line;
        Column = column;
    }

    /// <summary>The file's path, as the user gave it.</summary>
    public string File { get; }

    /// <summary>Line in the decompressed text, from 1; null when the fault has no place.</summary>
    public long? Line { get; }

    /// <summary>UTF-16 character in the line, from 1; null when the fault has no place.</summary>
    public int? Column { get; }
}
