using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TuneGraph.Search;

/// <summary>
/// What a parameter is set to: a float, an integer, a text or a flag. Values of different kinds are never equal
/// (1 is not 1.0); -0.0 is stored as 0.0, and NaN equals NaN. The default value is the float 0.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "The kinds are types.")]
public readonly record struct ParameterValue
{
    // Two words a value, for a study keeps one for each parameter of each trial: what is no text says its kind by a
    // mark, and a text by being there.
    private static readonly object _int = new();
    private static readonly object _flag = new();

    private readonly long _bits;
    private readonly object? _textOrMark; // null: a float

    private ParameterValue(object? textOrMark, long bits) => (_textOrMark, _bits) = (textOrMark, bits);

    /// <summary>Which of the four types this value has.</summary>
    public ParameterKind Kind =>
        _textOrMark is null ? ParameterKind.Float
        : ReferenceEquals(_textOrMark, _int) ? ParameterKind.Int
        : ReferenceEquals(_textOrMark, _flag) ? ParameterKind.Flag
        : ParameterKind.Text;

    /// <summary>A value of kind <see cref="ParameterKind.Float"/>.</summary>
    public static ParameterValue Float(double value) =>
        new(null, BitConverter.DoubleToInt64Bits(value == 0 ? 0.0 : value));

    /// <summary>A value of kind <see cref="ParameterKind.Int"/>.</summary>
    public static ParameterValue Int(long value) => new(_int, value);

    /// <summary>A value of kind <see cref="ParameterKind.Text"/>.</summary>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static ParameterValue Text(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, 0);
    }

    /// <summary>A value of kind <see cref="ParameterKind.Flag"/>.</summary>
    public static ParameterValue Flag(bool value) => new(_flag, value ? 1 : 0);

    /// <summary>Makes a float.</summary>
    public static implicit operator ParameterValue(double value) => Float(value);

    /// <summary>Makes an integer.</summary>
    public static implicit operator ParameterValue(long value) => Int(value);

    /// <summary>Makes an integer.</summary>
    public static implicit operator ParameterValue(int value) => Int(value);

    /// <summary>Makes a text.</summary>
    public static implicit operator ParameterValue(string value) => Text(value);

    /// <summary>Makes a flag.</summary>
    public static implicit operator ParameterValue(bool value) => Flag(value);

    /// <summary>The number, with integers widened to double.</summary>
    /// <exception cref="InvalidOperationException">The value is a text or a flag.</exception>
    public double AsFloat() => Kind switch
    {
        ParameterKind.Float => BitConverter.Int64BitsToDouble(_bits),
        ParameterKind.Int => _bits,
        _ => throw WrongKind("a number"),
    };

    /// <summary>The integer.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind; floats are not rounded.</exception>
    public long AsInt() => Kind == ParameterKind.Int ? _bits : throw WrongKind("an integer");

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">
    /// The value is of another kind; <see cref="ToString"/> writes any.
    /// </exception>
    public string AsText() => _textOrMark as string ?? throw WrongKind("a text");

    /// <summary>The flag.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool AsFlag() => Kind == ParameterKind.Flag ? _bits != 0 : throw WrongKind("a flag");

    /// <summary>
    /// The value for people, in the invariant culture: doubles in their shortest form that reads back the same,
    /// flags as <c>true</c> and <c>false</c>. The kind is not part of it: use <see cref="Encode"/> to store a value.
    /// </summary>
    public override string ToString() => Kind switch
    {
        ParameterKind.Float => AsFloat().ToString("R", CultureInfo.InvariantCulture),
        ParameterKind.Int => _bits.ToString(CultureInfo.InvariantCulture),
        ParameterKind.Text => AsText(),
        _ => _bits != 0 ? "true" : "false",
    };

    /// <summary>
    /// The value with its kind, as a stable text for stores: <c>f:0.001</c>, <c>i:3</c>, <c>t:adam</c>, <c>b:true</c>.
    /// <see cref="Decode"/> gives the equal value back.
    /// </summary>
    public string Encode() => Kind switch
    {
        ParameterKind.Float => "f:",
        ParameterKind.Int => "i:",
        ParameterKind.Text => "t:",
        _ => "b:",
    } + ToString();

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static ParameterValue Decode(string encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        var body = encoded.AsSpan(Math.Min(2, encoded.Length));
        var culture = CultureInfo.InvariantCulture;
        return encoded switch
        {
            ['f', ':', ..] when double.TryParse(body, NumberStyles.Float, culture, out var number) => Float(number),
            ['i', ':', ..] when long.TryParse(body, NumberStyles.AllowLeadingSign, culture, out var i) => Int(i),
            ['t', ':', ..] => Text(body.ToString()),
            "b:true" => Flag(true),
            "b:false" => Flag(false),
            _ => throw new FormatException(
                $"'{encoded}' is not an encoded parameter value; expected f:<number>, i:<integer>, t:<text>, " +
                "b:true or b:false."),
        };
    }

    private InvalidOperationException WrongKind(string wanted) => new(
        $"The value {this} is of kind {Kind}, not {wanted}; look at its Kind first, or correct the distribution.");
}
