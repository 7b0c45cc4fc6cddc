using System.Collections.Immutable;
using System.Text;

namespace TuneGraph.Training;

/// <summary>Which feature columns hold names, and what stands for missing numbers.</summary>
internal sealed class FeatureColumns(DataSpec spec)
{
    /// <summary>The most distinct values of a categorical column.</summary>
    private const int MostValues = 10_000;

    private Dictionary<string, int>?[] _values = [];

    /// <summary>Takes the names of the features in the order of a row.</summary>
    public void Choose(ImmutableArray<string> names) =>
        _values = [.. names.Select(name => spec.Categorical.Contains(name) ? NewIndex() : null)];

    /// <summary>Reads a name, a number, or a missing value; false where none of them stands.</summary>
    public bool TryRead(int feature, TableReader reader, int field, out double value)
    {
        if (_values[feature] is { } known)
        {
            value = double.NaN;
            var name = reader.Field(field);
            if (name.IsEmpty)
                return true;
            var text = Encoding.UTF8.GetString(name);
            if (!known.TryGetValue(text, out var index))
                known.Add(text, index = known.Count);
            value = index;
            return true;
        }
        if (reader.TryNumber(field, out value) && float.IsFinite((float)value))
            return true;
        value = double.NaN;
        return spec.Missing != MissingValues.Refuse && IsMissing(reader.Field(field));
    }

    /// <summary>Replaces each column of names by one column per distinct value, in the order of the values.</summary>
    public (ImmutableArray<string> Names, RowStore<double> Values) Encode(
        ImmutableArray<string> names, RowStore<double> values)
    {
        if (_values.All(known => known is null))
            return (names, values);
        var encoded = ImmutableArray.CreateBuilder<string>();
        var starts = new int[names.Length];
        var ranks = new int[names.Length][];
        for (var i = 0; i < names.Length; i++)
        {
            starts[i] = encoded.Count;
            if (_values[i] is not { } known)
            {
                encoded.Add(names[i]);
                continue;
            }
            if (known.Count > MostValues)
            {
                throw new DataException(spec.Path, $"the categorical column '{names[i]}' has {known.Count} distinct "
                    + $"values, more than the {MostValues} allowed. Exclude it, or group its values.");
            }
            string[] sorted = [.. known.Keys.Order(StringComparer.Ordinal)];
            ranks[i] = new int[known.Count];
            for (var rank = 0; rank < sorted.Length; rank++)
                ranks[i][known[sorted[rank]]] = rank;
            encoded.AddRange(sorted.Select(value => $"{names[i]}={value}"));
        }
        if (spec.Storage == DataStorage.Memory && (long)values.Rows * encoded.Count > Array.MaxLength)
        {
            throw new DataException(spec.Path, $"{values.Rows} rows of {encoded.Count} encoded features are too many "
                + "for memory; choose storage: disk.");
        }
        return (encoded.ToImmutable(), Spread(values, encoded.Count, starts, ranks));
    }

    /// <summary>Puts the mean or the median of the train rows where a number is missing.</summary>
    public static void FillMissing(
        DataSpec spec, RowStore<double> values, ImmutableArray<string> names, ImmutableArray<int> train)
    {
        var isMissing = new bool[names.Length];
        for (var row = 0; row < values.Rows; row++)
        {
            var numbers = values.Row(row);
            for (var i = 0; i < numbers.Length; i++)
                isMissing[i] |= double.IsNaN(numbers[i]);
        }
        if (!isMissing.Contains(true))
            return;
        var fill = names.Select((name, i) => isMissing[i] ? Typical(spec, values, i, name, train) : 0).ToArray();
        for (var row = 0; row < values.Rows; row++)
        {
            var numbers = values.Row(row);
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = double.IsNaN(numbers[i]) ? fill[i] : numbers[i];
        }
    }

    private static double Typical(
        DataSpec spec, RowStore<double> values, int feature, string name, ImmutableArray<int> train)
    {
        var column = train.Select(row => values.Row(row)[feature]);
        double[] known = [.. column.Where(value => !double.IsNaN(value)).Order()];
        if (known.Length == 0)
        {
            throw new DataException(spec.Path, $"the feature '{name}' has no value in any train row, so that nothing "
                + "can stand for the missing ones. Exclude it.");
        }
        return spec.Missing == MissingValues.Mean
            ? known.Average()
            : (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2;
    }

    private RowStore<double> Spread(RowStore<double> values, int width, int[] starts, int[][] ranks)
    {
        var spread = RowStore<double>.Of(spec, width, values.Rows);
        for (var row = 0; row < values.Rows; row++)
        {
            var from = values.Row(row);
            var to = spread.Append();
            for (var i = 0; i < starts.Length; i++)
            {
                if (ranks[i] is null)
                    to[starts[i]] = from[i];
                else if (!double.IsNaN(from[i]))
                    to[starts[i] + ranks[i][(int)from[i]]] = 1;
            }
        }
        values.Dispose();
        return spread;
    }

    private static Dictionary<string, int> NewIndex() => new(StringComparer.Ordinal);

    private static bool IsMissing(ReadOnlySpan<byte> field) =>
        field.IsEmpty || field.SequenceEqual("NA"u8) || field.SequenceEqual("NaN"u8) || field.SequenceEqual("nan"u8)
        || field.SequenceEqual("null"u8) || field.SequenceEqual("?"u8);
}
