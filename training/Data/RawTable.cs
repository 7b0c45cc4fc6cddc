using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>A parsed table: features as doubles, row-major, and the target column.</summary>
internal sealed class RawTable
{
    private const int MostListed = 30;

    private const int RowsBetweenCancellationChecks = 1024;

    private readonly List<int> _featureFields = [];
    private readonly List<string> _featureNames = [];
    private double[] _values = new double[4096];
    private int _targetField;

    private RawTable(DataSpec spec) => Target = new TargetColumn(spec);

    public TargetColumn Target { get; }
    public ImmutableArray<string> FeatureNames { get; private set; }
    public int Rows => Target.Rows;

    /// <summary>The features of one row.</summary>
    public ReadOnlySpan<double> Row(int row) => _values.AsSpan(row * FeatureNames.Length, FeatureNames.Length);

    /// <exception cref="DataException">The text is not the table that the spec describes.</exception>
    public static RawTable Read(DataSpec spec, Stream text, CancellationToken cancellationToken)
    {
        var reader = new CsvReader(spec.Path, text);
        if (!reader.ReadRow())
            throw new DataException(spec.Path, "the file is empty; its first line must name the columns.");
        var table = new RawTable(spec);
        var header = table.ReadHeader(spec, reader);
        while (reader.ReadRow())
        {
            if (table.Rows % RowsBetweenCancellationChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (reader.FieldCount != header.Length)
            {
                throw reader.RowFault(reader.IsBlank
                    ? "an empty line inside the table. Remove it."
                    : $"this row has {reader.FieldCount} fields, but the header has {header.Length}.");
            }
            table.AddRow(spec, reader);
        }
        if (table.Rows == 0)
            throw new DataException(spec.Path, "there are no rows below the header.");
        return table;
    }

    private string[] ReadHeader(DataSpec spec, CsvReader reader)
    {
        var header = Enumerable.Range(0, reader.FieldCount).Select(reader.Text).ToArray();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i].Length == 0)
                throw reader.Fault(i, $"column {i + 1} has no name. The first line must name every column.");
            if (!seen.TryAdd(header[i], i))
            {
                throw reader.Fault(i, $"columns {seen[header[i]] + 1} and {i + 1} are both named '{header[i]}'. "
                    + "Rename one.");
            }
        }
        foreach (var name in spec.Exclude.Append(spec.Target).Where(name => !seen.ContainsKey(name)))
            throw MissingColumn(spec, reader, name, header);
        if (spec.Exclude.Contains(spec.Target))
            throw new DataException(spec.Path, $"the target '{spec.Target}' is among the excluded columns.");

        _targetField = seen[spec.Target];
        for (var i = 0; i < header.Length; i++)
        {
            if (i == _targetField || spec.Exclude.Contains(header[i]))
                continue;
            _featureFields.Add(i);
            _featureNames.Add(header[i]);
        }
        FeatureNames = [.. _featureNames];
        return FeatureNames.Length > 0
            ? header
            : throw reader.RowFault($"no column is left to learn from besides the target '{spec.Target}'.");
    }

    private static DataException MissingColumn(DataSpec spec, CsvReader reader, string name, string[] header)
    {
        var role = name == spec.Target ? "the target" : "the excluded column";
        var separator = header.Length == 1 && header[0].AsSpan().ContainsAny(';', '\t')
            ? " The file seems to be separated by semicolons or tabs; commas are needed."
            : "";
        var meant = NearestName.Of(name, header) is { } nearest ? $"Did you mean '{nearest}'? " : "";
        var rest = header.Length > MostListed ? $" and {header.Length - MostListed} more" : "";
        return reader.RowFault(
            $"{role} '{name}' is not a column of the file. {meant}"
            + $"The columns are: {string.Join(", ", header.Take(MostListed))}{rest}.{separator}");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRow(DataSpec spec, CsvReader reader)
    {
        var start = (long)Rows * _featureFields.Count;
        var end = start + _featureFields.Count;
        if (end > Array.MaxLength)
            throw new DataException(spec.Path, $"the table has more values than the {Array.MaxLength:N0} allowed.");
        if (end > _values.Length)
            Array.Resize(ref _values, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * _values.Length)));
        var row = _values.AsSpan((int)start, _featureFields.Count);
        for (var i = 0; i < row.Length; i++)
        {
            if (!CsvNumber.TryParse(reader.Field(_featureFields[i]), out row[i]) || !float.IsFinite((float)row[i]))
                throw BadFeature(reader, i);
        }
        Target.Add(reader, _targetField);
    }

    private DataException BadFeature(CsvReader reader, int feature)
    {
        var text = reader.Text(_featureFields[feature]);
        var actual = text.Length == 0 ? "is empty" : $"is '{text}', which is not a finite number (float32)";
        return reader.Fault(_featureFields[feature], $"the feature '{_featureNames[feature]}' {actual}. "
            + "Correct the value, remove the row, or exclude the column.");
    }
}
