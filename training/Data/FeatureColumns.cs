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

    /// <summary>Reads a name, or a missing value; false means that a number has to stand here.</summary>
    public bool TryRead(int feature, ReadOnlySpan<byte> field, out double value)
    {
        value = double.NaN;
        if (_values[feature] is { } known)
        {
            if (field.IsEmpty)
                return true;
            var text = Encoding.UTF8.GetString(field);
            if (!known.TryGetValue(text, out var index))
                known.Add(text, index = known.Count);
            value = index;
            return true;
        }
        return spec.Missing != MissingValues.Refuse && IsMissing(field);
    }

    /// <summary>Replaces each column of names by one column per distinct value, in the order of the values.</summary>
    public (ImmutableArray<string> Names, double[] Values) Encode(
        ImmutableArray<string> names, double[] values, int rows)
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
        if ((long)rows * encoded.Count > Array.MaxLength)
            throw new DataException(spec.Path, $"{rows} rows of {encoded.Count} encoded features are too many.");
        return (encoded.ToImmutable(), Spread(values, rows, encoded.Count, starts, ranks));
    }

    /// <summary>Puts the mean or the median of the train rows where a number is missing.</summary>
    public static void FillMissing(
        DataSpec spec, double[] values, int rows, ImmutableArray<string> names, ImmutableArray<int> train)
    {
        for (var feature = 0; feature < names.Length; feature++)
        {
            var fill = double.NaN;
            for (var row = 0; row < rows; row++)
            {
                ref var value = ref values[(row * names.Length) + feature];
                if (!double.IsNaN(value))
                    continue;
                if (double.IsNaN(fill))
                    fill = Typical(spec, values, feature, names, train);
                value = fill;
            }
        }
    }

    private static double Typical(
        DataSpec spec, double[] values, int feature, ImmutableArray<string> names, ImmutableArray<int> train)
    {
        var column = train.Select(row => values[(row * names.Length) + feature]);
        double[] known = [.. column.Where(value => !double.IsNaN(value)).Order()];
        if (known.Length == 0)
        {
            throw new DataException(spec.Path, $"the feature '{names[feature]}' has no value in any train row, so that "
                + "nothing can stand for the missing ones. Exclude it.");
        }
        return spec.Missing == MissingValues.Mean
            ? known.Average()
            : (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2;
    }

    private static double[] Spread(double[] values, int rows, int width, int[] starts, int[][] ranks)
    {
        var spread = new double[rows * width];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < starts.Length; i++)
            {
                var value = values[(row * starts.Length) + i];
                var at = (row * width) + starts[i];
                if (ranks[i] is null)
                    spread[at] = value;
                else if (!double.IsNaN(value))
                    spread[at + ranks[i][(int)value]] = 1;
            }
        }
        return spread;
    }

    private static Dictionary<string, int> NewIndex() => new(StringComparer.Ordinal);

    private static bool IsMissing(ReadOnlySpan<byte> field) =>
        field.IsEmpty || field.SequenceEqual("NA"u8) || field.SequenceEqual("NaN"u8) || field.SequenceEqual("nan"u8)
        || field.SequenceEqual("null"u8) || field.SequenceEqual("?"u8);
}
