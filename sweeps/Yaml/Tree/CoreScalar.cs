using System.Globalization;
using System.Text.RegularExpressions;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What a scalar means.</summary>
internal enum ScalarKind
{
    Null,
    Flag,
    Int,
    Float,
    Text,
}

/// <summary>
/// A scalar resolved by the core schema of YAML 1.2.2, section 10.3.2: plain <c>true</c>, <c>12</c>, <c>1e-5</c> and
/// <c>~</c> have their meanings, all else is text. Unlike YAML 1.1, <c>yes</c> and <c>off</c> are text and <c>010</c>
/// is ten.
/// </summary>
internal readonly partial record struct CoreScalar
{
    private CoreScalar(ScalarKind kind, string text) => (Kind, Text) = (kind, text);

    public ScalarKind Kind { get; }

    /// <summary>The scalar as it is written, without quotes.</summary>
    public string Text { get; }

    /// <summary>Value of an int or a float, infinite or NaN where it is written so.</summary>
    public double Number { get; private init; } = double.NaN;

    /// <summary>Value of an int; null when it is too large for any integer type that is used here.</summary>
    public Int128? Whole { get; private init; }

    /// <summary>Value of a flag.</summary>
    public bool IsTrue { get; private init; }

    public static CoreScalar Of(YamlScalar scalar) => scalar.Plain ? OfPlain(scalar.Text) : OfText(scalar.Text);

    public static CoreScalar OfText(string text) => new(ScalarKind.Text, text);

    public static CoreScalar OfFlag(bool value) => OfPlain(value ? "true" : "false");

    public static CoreScalar OfInt(long value) => OfPlain(value.ToString(CultureInfo.InvariantCulture));

    public static CoreScalar OfFloat(double value) =>
        new(ScalarKind.Float, value.ToString(CultureInfo.InvariantCulture)) { Number = value };

    /// <summary>The scalar that a parameter's value would be in a file.</summary>
    public static CoreScalar OfValue(ParameterValue value) => value.Kind switch
    {
        ParameterKind.Float => OfFloat(value.AsFloat()),
        ParameterKind.Int => OfInt(value.AsInt()),
        ParameterKind.Flag => OfFlag(value.AsFlag()),
        _ => OfText(value.AsText()),
    };

    private static CoreScalar OfPlain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => new(ScalarKind.Null, text),
        "true" or "True" or "TRUE" => new(ScalarKind.Flag, text) { IsTrue = true },
        "false" or "False" or "FALSE" => new(ScalarKind.Flag, text),
        ".nan" or ".NaN" or ".NAN" => new(ScalarKind.Float, text),
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" =>
            new(ScalarKind.Float, text) { Number = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity },
        _ when IntForm().IsMatch(text) => OfInt(text, ParseInt(text)),
        _ when FloatForm().IsMatch(text) => new(ScalarKind.Float, text)
        {
            Number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        },
        _ => OfText(text),
    };

    private static CoreScalar OfInt(string text, Int128? value) => new(ScalarKind.Int, text)
    {
        Whole = value,
        Number = value is { } whole ? (double)whole
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var large) ? large
            : double.PositiveInfinity, // hexadecimal or octal, beyond 64 bits
    };

    private static Int128? ParseInt(string text) => text switch
    {
        ['0', 'x', .. var digits] => FromDigits(digits, 16),
        ['0', 'o', .. var digits] => FromDigits(digits, 8),
        ['-', .. var digits] => -FromDigits(digits, 10),
        ['+', .. var digits] => FromDigits(digits, 10),
        _ => FromDigits(text, 10),
    };

    private static Int128? FromDigits(string digits, int radix)
    {
        var sum = Int128.Zero;
        foreach (var digit in digits)
        {
            sum = (sum * radix) + (char.IsAsciiDigit(digit) ? digit - '0' : char.ToLowerInvariant(digit) - 'a' + 10);
            if (sum > ulong.MaxValue)
                return null;
        }
        return sum;
    }

    [GeneratedRegex(@"\A(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex IntForm();

    [GeneratedRegex(@"\A[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FloatForm();
}
