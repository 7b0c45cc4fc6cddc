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

    /// <remarks>Two passes, since the number of columns is known at the end; the second opens the file anew.</remarks>
    public static RawTable Read(
        DataSpec spec, Stream content, long limitBytes, CancellationToken cancellationToken)
    {
        var features = 0;
        var count = 0L;
        foreach (var (_, indices, _) in Rows(spec, content, cancellationToken))
        {
            features = Math.Max(features, indices is [.., var last] ? last : 0);
            count++;
        }
        string[] names =
            ["label", .. Enumerable.Range(1, features).Select(i => "f" + i.ToString(CultureInfo.InvariantCulture))];
        using var file = DataFile.Open(spec.Path, out _);
        using var again = DataFile.Text(file, spec.Path, limitBytes);
        using var rows = Rows(spec, again, cancellationToken).GetEnumerator();
        return RawTable.Of(spec, names, count, (_, values) =>
        {
            if (!rows.MoveNext() || rows.Current.Indices is [.., var last] && last >= values.Length)
                throw new DataException(spec.Path, "the file changed while it was read.");
            Array.Clear(values);
            var (label, indices, given) = rows.Current;
            values[0] = label;
            for (var i = 0; i < indices.Length; i++)
                values[indices[i]] = given[i];
        }, cancellationToken);
    }

    private static IEnumerable<(double Label, int[] Indices, double[] Values)> Rows(
        DataSpec spec, Stream content, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content, Encoding.UTF8);
        for (var line = 1L; reader.ReadLine() is { } text; line++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (text.IndexOf('#', StringComparison.Ordinal) is >= 0 and var comment)
                text = text[..comment];
            if (!string.IsNullOrWhiteSpace(text))
                yield return Parse(spec, text, line);
        }
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
