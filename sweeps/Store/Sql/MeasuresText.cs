using System.Collections.Immutable;
using System.Globalization;

namespace TuneGraph;

/// <summary>What a step's strategy measured and decided, as text, a line each; null for nothing.</summary>
internal static class MeasuresText
{
    public static string? Write(ImmutableArray<KeyValuePair<string, double>> measures) =>
        Write([.. measures.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:R}"))]);

    public static string? Write(ImmutableArray<string> notes) => notes.IsEmpty ? null : string.Join('\n', notes);

    public static ImmutableArray<KeyValuePair<string, double>> ReadMeasures(string? text) =>
        [.. ReadNotes(text).Select(ReadMeasure)];

    public static ImmutableArray<string> ReadNotes(string? text) => text is null ? [] : [.. text.Split('\n')];

    private static KeyValuePair<string, double> ReadMeasure(string line)
    {
        var space = line.LastIndexOf(' ');
        return KeyValuePair.Create(line[..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
    }
}
