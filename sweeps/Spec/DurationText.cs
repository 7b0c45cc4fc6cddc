using System.Globalization;
using System.Text.RegularExpressions;

namespace TuneGraph;

/// <summary>
/// Durations as people write them: <c>90s</c>, <c>15m</c>, <c>6h</c>, <c>2d</c> or combined, the largest unit first,
/// <c>1h30m</c>.
/// </summary>
public static partial class DurationText
{
    private const long LongestSeconds = 3_650L * 86_400;

    /// <summary>Reads a duration above zero and of at most ten years.</summary>
    /// <returns>False when the text has another form, or the duration is out of range.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var match = Form().Match(text);
        var seconds =
            (Part(match, "d") * 86_400) + (Part(match, "h") * 3_600) + (Part(match, "m") * 60) + Part(match, "s");
        duration = TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds));
        return match.Success && seconds is > 0 and <= LongestSeconds;
    }

    /// <summary>Whether the text has a duration's form, whatever its size.</summary>
    internal static bool HasForm(string text) => Form().Match(text) is { Success: true, Length: > 0 };

    private static long Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true, ValueSpan: var digits }
            ? long.Parse(digits, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(
        @"\A(?:(?<d>[0-9]{1,9})d)?(?:(?<h>[0-9]{1,9})h)?(?:(?<m>[0-9]{1,9})m)?(?:(?<s>[0-9]{1,9})s)?\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
