using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TuneGraph;

/// <summary>A line that an attempt printed.</summary>
/// <param name="Rank">The rank that printed it; null where only the process is known.</param>
/// <param name="IsError">Whether it went to the standard error.</param>
/// <param name="Text">The line, as <see cref="Of"/> leaves it.</param>
public sealed partial record PrintedLine(int? Rank, bool IsError, string Text)
{
    /// <summary>So many characters of a line are kept.</summary>
    public const int MostCharacters = 4000;

    /// <summary>So many characters of an attempt are kept, line ends counted: the newest.</summary>
    public const int MostOfAttempt = 1_000_000;

    /// <summary>So many characters of a study are kept, line ends counted: the newest.</summary>
    public const int MostOfStudy = 50_000_000;

    /// <summary>What it counts for among those limits.</summary>
    internal int Size => Text.Length + 1;

    /// <summary>
    /// A line as a terminal would show it in the end: without colours and moves of the cursor, with what was printed
    /// over what before it, and cut where it is too long.
    /// </summary>
    /// <param name="rank">The rank; null where it is not known.</param>
    /// <param name="isError">Whether it went to the standard error.</param>
    /// <param name="text">What was printed.</param>
    public static PrintedLine Of(int? rank, bool isError, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var last = text.AsSpan().TrimEnd('\r');
        last = last[(last.LastIndexOf('\r') + 1)..];
        var plain = last.ContainsAnyInRange('\0', '\x1f') || last.ContainsAnyInRange('\x7f', '\x9f')
            ? Without(last.ToString())
            : last.ToString();
        if (plain.Length > MostCharacters)
        {
            plain = string.Create(
                CultureInfo.InvariantCulture,
                $"{plain.AsSpan(0, MostCharacters - 40)} … [{plain.Length - MostCharacters + 40} characters more]");
        }

        return new PrintedLine(rank, isError, plain);
    }

    /// <summary>The lines of a text; no more than fit an attempt's limit.</summary>
    internal static ImmutableArray<PrintedLine> All(int? rank, bool isError, string text) =>
        [.. text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => Of(rank, isError, line))];

    private static string Without(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in Escape().Replace(text, ""))
        {
            if (c == '\t' || !char.IsControl(c))
                plain.Append(c);
        }

        return plain.ToString();
    }

    [GeneratedRegex(@"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-Z\\-_])", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
