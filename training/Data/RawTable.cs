using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>A parsed table: features as doubles, row-major, and the target column.</summary>
internal sealed class RawTable : IDisposable
{
    private const int MostListed = 30;

    private const int RowsBetweenCancellationChecks = 1024;

    private readonly List<int> _featureFields = [];
    private readonly List<string> _featureNames = [];
    private readonly FeatureColumns _columns;
    private RowStore<double> _values = null!;
    private int _targetField;

    private RawTable(DataSpec spec)
    {
        Target = new TargetColumn(spec);
        _columns = new FeatureColumns(spec);
    }

    public TargetColumn Target { get; }

    /// <summary>SHA-256 of a second file that the table came from; empty if there is none.</summary>
    public byte[] CompanionHash { get; set; } = [];
    public ImmutableArray<string> FeatureNames { get; private set; }
    public int Rows => Target.Rows;

    /// <summary>The features of one row.</summary>
    public ReadOnlySpan<double> Row(int row) => _values.Row(row);

    /// <exception cref="DataException">The text is not the table that the spec describes.</exception>
    public static RawTable Read(DataSpec spec, TableReader reader, CancellationToken cancellationToken)
    {
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
                    : $"this row has {reader.FieldCount} fields, but the header has {header.Length}. "
                        + "Correct or remove it; a field that holds a comma needs quotes.");
            }
            table.AddRow(spec, reader);
        }
        if (table.Rows == 0)
            throw new DataException(spec.Path, "there are no rows below the header.");
        (table.FeatureNames, table._values) = table._columns.Encode(table.FeatureNames, table._values);
        return table;
    }

    /// <summary>A table of numbers that another format gave.</summary>
    /// <param name="spec">Which column is the target, and which are left out.</param>
    /// <param name="names">Names of all columns, the target included.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="fill">Writes the values of a row, one per column.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="DataException">A column is missing, or a value is not finite.</exception>
    public static RawTable Of(
        DataSpec spec, string[] names, long rows, Action<long, double[]> fill, CancellationToken cancellationToken)
    {
        var table = new RawTable(spec);
        foreach (var name in spec.Exclude.Append(spec.Target).Where(name => !names.Contains(name)))
        {
            var meant = NearestName.Of(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
            throw new DataException(spec.Path, $"'{name}' is not a column.{meant} The columns are: "
                + $"{string.Join(", ", names.Take(MostListed))}{(names.Length > MostListed ? ", …" : "")}.");
        }
        table._targetField = Array.IndexOf(names, spec.Target);
        for (var i = 0; i < names.Length; i++)
        {
            if (i != table._targetField && !spec.Exclude.Contains(names[i]))
                table._featureFields.Add(i);
        }
        var values = rows * table._featureFields.Count;
        if (values == 0 || rows > int.MaxValue || (spec.Storage == DataStorage.Memory && values > Array.MaxLength))
        {
            throw new DataException(spec.Path, $"{rows} rows of {table._featureFields.Count} features cannot be used; "
                + $"at least one of both is needed, and at most {Array.MaxLength:N0} values in memory (storage: disk "
                + $"allows {int.MaxValue:N0} rows).");
        }
        table._featureNames.AddRange(table._featureFields.Select(field => names[field]));
        table.FeatureNames = [.. table._featureNames];
        table._values = RowStore<double>.Of(spec, table._featureFields.Count);
        table.Fill(spec, names, rows, fill, cancellationToken);
        (table.FeatureNames, table._values) = table._columns.Encode(table.FeatureNames, table._values);
        return table;
    }

    private void Fill(
        DataSpec spec, string[] names, long rows, Action<long, double[]> fill, CancellationToken cancellationToken)
    {
        var values = new double[names.Length];
        for (var row = 0L; row < rows; row++)
        {
            if (row % RowsBetweenCancellationChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            fill(row, values);
            var target = _values.Append();
            var at = 0;
            foreach (var field in _featureFields)
            {
                if (!float.IsFinite((float)values[field]) && !(spec.Missing != MissingValues.Refuse
                    && double.IsNaN(values[field])))
                {
                    throw new DataException(spec.Path, $"row {row + 1}, column '{names[field]}': {values[field]} is "
                        + "not a finite number (float32). Correct it, or exclude the column.");
                }
                target[at++] = values[field];
            }
            Target.Add(values[_targetField], row + 1);
        }
    }

    /// <summary>
    /// Puts the mean or the median of the train rows where a value is missing, feature by feature.
    /// </summary>
    public void FillMissing(DataSpec spec, ImmutableArray<int> train)
    {
        if (spec.Missing != MissingValues.Refuse)
            FeatureColumns.FillMissing(spec, _values, FeatureNames, train);
    }

    public void Dispose() => _values?.Dispose();

    private string[] ReadHeader(DataSpec spec, TableReader reader)
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
        foreach (var name in spec.Exclude.Append(spec.Target).Concat(spec.Categorical)
            .Where(name => !seen.ContainsKey(name)))
        {
            throw MissingColumn(spec, reader, name, header);
        }
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
        _columns.Choose(FeatureNames);
        _values = RowStore<double>.Of(spec, _featureFields.Count);
        return FeatureNames.Length > 0
            ? header
            : throw reader.RowFault($"no column is left to learn from besides the target '{spec.Target}'.");
    }

    private static DataException MissingColumn(DataSpec spec, TableReader reader, string name, string[] header)
    {
        var role = name == spec.Target ? "the target"
            : spec.Categorical.Contains(name) ? "the categorical column"
            : "the excluded column";
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
    private void AddRow(DataSpec spec, TableReader reader)
    {
        if (Rows == _values.MostRows)
        {
            throw new DataException(spec.Path, $"the table has more values than the {Array.MaxLength:N0} allowed in "
                + "memory; choose storage: disk.");
        }
        var row = _values.Append();
        for (var i = 0; i < row.Length; i++)
        {
            if (!_columns.TryRead(i, reader, _featureFields[i], out row[i]))
                throw BadFeature(reader, i);
        }
        Target.Add(reader, _targetField);
    }

    private DataException BadFeature(TableReader reader, int feature)
    {
        var text = reader.Text(_featureFields[feature]);
        var actual = text.Length == 0 ? "is empty" : $"is '{text}', which is not a finite number (float32)";
        return reader.Fault(_featureFields[feature], $"the feature '{_featureNames[feature]}' {actual}. "
            + "Correct the value, remove the row, exclude the column, list it under categorical, or choose what stands "
            + "for missing values.");
    }
}
