using System.Text;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Puts what a file holds into messages of one line.</summary>
internal static class Words
{
    private const int LongestQuote = 60;
    private const int MostNames = 20;

    /// <summary>Text from a file, cut to a sensible length, with control characters made visible.</summary>
    public static string Short(string text)
    {
        var line = new StringBuilder();
        foreach (var character in text.Length > LongestQuote ? text.AsSpan(0, LongestQuote) : text)
            line.Append(char.IsControl(character) ? $"\\u{(int)character:x4}" : character);
        return text.Length > LongestQuote ? line.Append('…').ToString() : line.ToString();
    }

    /// <summary>A foreign message as a part of ours: small first letter, no full stop, one line.</summary>
    public static string Sentence(string message)
    {
        var text = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return text.Length == 0 ? "unknown reason" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    /// <summary>Names with commas between them, the first twenty only.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNames).Select(Short)) + (names.Count > MostNames ? ", …" : "");

    /// <summary>" (did you mean 'trials'?)" when one of the names is close, else nothing.</summary>
    public static string DidYouMean(string written, IEnumerable<string> names) =>
        NearestName.Of(written, names) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
}
