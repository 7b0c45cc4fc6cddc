using System.Globalization;
using System.Text;

namespace TuneGraph.Training;

/// <summary>
/// Reads the sparse format of LIBSVM: a label, then "index:value" with indices from 1, ascending; what is not named is
/// 0; "#" begins a comment. The columns are "label" and "f1", "f2", … up to the largest index.
/// </summary>
internal static class LibSvmFile
{
    private const int MostFeatures = 1 << 20;

    public static RawTable Read(DataSpec spec, Stream content, CancellationToken cancellationToken)
    {
        var rows = new List<(double Label, int[] Indices, double[] Values)>();
        var features = 0;
        using var reader = new StreamReader(content, Encoding.UTF8);
        var line = 0L;
        while (reader.ReadLine() is { } text)
        {
            cancellationToken.ThrowIfCancellationRequested();
            line++;
            if (text.IndexOf('#', StringComparison.Ordinal) is >= 0 and var comment)
                text = text[..comment];
            if (string.IsNullOrWhiteSpace(text))
                continue;
            var row = Parse(spec, text, line);
            features = Math.Max(features, row.Indices is [.., var last] ? last : 0);
            rows.Add(row);
        }
        string[] names =
            ["label", .. Enumerable.Range(1, features).Select(i => "f" + i.ToString(CultureInfo.InvariantCulture))];
        return RawTable.Of(spec, names, rows.Count, (row, values) =>
        {
            Array.Clear(values);
            var (label, indices, given) = rows[(int)row];
            values[0] = label;
            for (var i = 0; i < indices.Length; i++)
                values[indices[i]] = given[i];
        }, cancellationToken);
    }

    private static (double Label, int[] Indices, double[] Values) Parse(DataSpec spec, string text, long line)
    {
        var indices = new List<int>();
        var values = new List<double>();
        double? label = null;
        foreach (var range in text.AsSpan().SplitAny(' ', '\t'))
        {
            var word = text.AsSpan()[range].Trim();
            if (word.IsEmpty)
                continue;
            var column = range.Start.Value + 1;
            if (label is null)
            {
                label = Number(spec, word, line, column);
                continue;
            }
            var colon = word.IndexOf(':');
            if (colon < 1
                || !int.TryParse(word[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                || index < 1 || index > MostFeatures || (indices.Count > 0 && index <= indices[^1]))
            {
                throw new DataException(spec.Path, line, column, $"'{word}' is not index:value with ascending indices "
                    + $"from 1 to {MostFeatures}.");
            }
            indices.Add(index);
            values.Add(Number(spec, word[(colon + 1)..], line, column + colon + 1));
        }
        return (label!.Value, [.. indices], [.. values]);
    }

    private static double Number(DataSpec spec, ReadOnlySpan<char> word, long line, int column) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : throw new DataException(spec.Path, line, column, $"'{word}' is not a finite number.");
}
