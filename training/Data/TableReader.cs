namespace TuneGraph.Training;

/// <summary>A table read row by row. The first row holds the names of the columns.</summary>
internal abstract class TableReader
{
    /// <summary>Number of fields of the current row.</summary>
    public abstract int FieldCount { get; }

    /// <summary>Whether the current row holds nothing.</summary>
    public abstract bool IsBlank { get; }

    /// <summary>Goes to the next row; false after the last.</summary>
    /// <exception cref="DataException">The file is not what it should be.</exception>
    public abstract bool ReadRow();

    /// <summary>The bytes of a field in UTF-8, empty if it is missing; they die with the next row.</summary>
    public abstract ReadOnlySpan<byte> Field(int index);

    /// <summary>The text of a field.</summary>
    public abstract string Text(int index);

    /// <summary>The finite number in a field.</summary>
    public abstract bool TryNumber(int index, out double number);

    /// <summary>A fault of a field of the current row.</summary>
    public abstract DataException Fault(int field, string problem);

    /// <summary>A fault of the whole current row.</summary>
    public abstract DataException RowFault(string problem);
}
