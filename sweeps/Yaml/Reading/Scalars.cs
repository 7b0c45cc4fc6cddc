using System.Text.RegularExpressions;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The kinds of single values that a sweep file has.</summary>
internal static partial class Scalars
{
    /// <summary>More epochs, trials or samples than anybody waits for: a slip of the finger.</summary>
    public const int Plenty = 1_000_000;

    private const int LongestText = 1000;

    public static ScalarReader<bool> Flag { get; } = new("true or false", scalar =>
        scalar.Kind == ScalarKind.Flag ? scalar.IsTrue : Fault<bool>(DiagnosticCode.WrongType));

    /// <summary>Any number but infinities and NaN.</summary>
    public static ScalarReader<double> FiniteNumber { get; } =
        new("a finite number", scalar => Check(scalar, double.IsFinite));

    public static ScalarReader<ulong> Seed { get; } = new($"a whole number from 0 to {ulong.MaxValue}", scalar =>
        scalar.Kind != ScalarKind.Int ? Fault<ulong>(DiagnosticCode.WrongType)
        : scalar.Whole is { } whole && whole >= 0 ? (ulong)whole
        : Fault<ulong>(DiagnosticCode.OutOfRange));

    /// <summary>Text that is not empty and holds no control characters.</summary>
    public static ScalarReader<string> Text { get; } = new("text", scalar =>
        scalar.Kind != ScalarKind.Text ? Fault<string>(DiagnosticCode.WrongType)
        : scalar.Text.Length is > 0 and <= LongestText && !scalar.Text.Any(char.IsControl) ? scalar.Text
        : Fault<string>(DiagnosticCode.Malformed));

    /// <summary>A name that is safe as a part of a path and of an address.</summary>
    public static ScalarReader<string> Name { get; } = new(
        "a word of letters, digits, '.', '_' and '-', at most 100, that starts with a letter or digit", scalar =>
        scalar.Kind != ScalarKind.Text ? Fault<string>(DiagnosticCode.WrongType)
        : NameForm().IsMatch(scalar.Text) ? scalar.Text
        : Fault<string>(DiagnosticCode.Malformed));

    /// <summary>Whether a text is what <see cref="Name"/> takes.</summary>
    public static bool IsName(string text) => NameForm().IsMatch(text);

    /// <summary>Any 64-bit integer.</summary>
    public static ScalarReader<long> Integer { get; } =
        new("a whole number of 64 bits", scalar => Check(scalar, long.MinValue, long.MaxValue));

    /// <summary>Any 64-bit integer above 0.</summary>
    public static ScalarReader<long> PositiveInteger { get; } =
        new("a whole number of at least 1", scalar => Check(scalar, 1, long.MaxValue));

    /// <summary>A value that a parameter may have: a number, a flag or text.</summary>
    public static ScalarReader<ParameterValue> Choice { get; } =
        new("a finite number, true, false or text", scalar => scalar.Kind switch
        {
            ScalarKind.Flag => ParameterValue.Flag(scalar.IsTrue),
            ScalarKind.Int when Integer.Try(scalar) is { Fault: null, Value: var whole } => ParameterValue.Int(whole),
            ScalarKind.Float when double.IsFinite(scalar.Number) => ParameterValue.Float(scalar.Number),
            ScalarKind.Text when Text.Try(scalar) is { Fault: null } => ParameterValue.Text(scalar.Text),
            ScalarKind.Text => Fault<ParameterValue>(DiagnosticCode.Malformed),
            _ => Fault<ParameterValue>(DiagnosticCode.OutOfRange),
        });

    /// <summary>A time span with units, above zero and at most ten years.</summary>
    public static ScalarReader<TimeSpan> Duration { get; } =
        new("a duration from 1s to 3650d, such as 90s, 15m, 6h, 2d or 1h30m", scalar =>
            !DurationText.HasForm(scalar.Text) ? Fault<TimeSpan>(DiagnosticCode.Malformed)
            : DurationText.TryParse(scalar.Text, out var duration) ? duration
            : Fault<TimeSpan>(DiagnosticCode.OutOfRange));

    public static ScalarReader<int> Whole(int low, int high) => new($"a whole number from {low} to {high}", scalar =>
        Check(scalar, low, high) is { Fault: { } fault } ? Fault<int>(fault) : (int)scalar.Whole!);

    public static ScalarReader<double> Number(Interval range) =>
        new($"a number {range}", scalar => Check(scalar, range.Contains));

    /// <summary>One of some names, each with its meaning.</summary>
    public static ScalarReader<T> OneOf<T>(params (string Name, T Value)[] choices)
    {
        var names = Array.ConvertAll(choices, choice => choice.Name);
        return new(ScalarWords.OneOf(names), scalar =>
        {
            var index = scalar.Kind == ScalarKind.Text ? Array.IndexOf(names, scalar.Text) : -1;
            return index >= 0 ? choices[index].Value
                : Fault<T>(scalar.Kind == ScalarKind.Text ? DiagnosticCode.UnknownName : DiagnosticCode.WrongType);
        }, names);
    }

    private static Outcome<T> Fault<T>(string code) => new(default, code);

    private static Outcome<double> Check(CoreScalar scalar, Func<double, bool> allows) =>
        scalar.Kind is not (ScalarKind.Int or ScalarKind.Float) ? Fault<double>(DiagnosticCode.WrongType)
        : allows(scalar.Number) ? scalar.Number
        : Fault<double>(DiagnosticCode.OutOfRange);

    private static Outcome<long> Check(CoreScalar scalar, long low, long high) =>
        scalar.Kind != ScalarKind.Int ? Fault<long>(DiagnosticCode.WrongType)
        : scalar.Whole is { } whole && whole >= low && whole <= high ? (long)whole
        : Fault<long>(DiagnosticCode.OutOfRange);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
