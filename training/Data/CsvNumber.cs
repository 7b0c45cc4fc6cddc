using System.Globalization;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Numbers in text: a decimal point, an optional exponent, no thousands separator, spaces around allowed. Compiled at
/// full speed from the first call, as is the CSV reader: waiting for tiering would take longer than most files.
/// </summary>
internal static class CsvNumber
{
    /// <summary>10^0 to 10^15. Exact, as is any integer of 15 digits, so that their quotient is rounded once.</summary>
    private static ReadOnlySpan<double> PowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Parses a finite number; the result is the double nearest to it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        TryParseShort(text, out value)
        || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value));

    /// <summary>The common case: sign, at most 15 digits, one point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryParseShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var negative = text is [(byte)'-', ..];
        if (negative)
            text = text[1..];
        if (text.Length is 0 or > 16)
            return false;
        long digits = 0;
        var count = 0;
        var point = -1;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = text[i] - '0';
            if ((uint)digit <= 9)
            {
                digits = (digits * 10) + digit;
                count++;
            }
            else if (text[i] == '.' && point < 0)
            {
                point = i;
            }
            else
            {
                return false;
            }
        }
        if (count is 0 or > 15)
            return false;
        var fraction = point < 0 ? 0 : text.Length - point - 1;
        value = digits / PowersOfTen[fraction];
        if (negative)
            value = -value;
        return true;
    }
}
