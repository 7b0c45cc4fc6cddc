using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// One setting of a model or of its training: either a fixed value or the name of the search-space parameter that gives
/// it.
/// In YAML and in C# alike, <c>$name</c> refers to a parameter.
/// </summary>
/// <typeparam name="T">Type of the setting: <see cref="int"/>, <see cref="double"/>, <see cref="bool"/> or an
/// enumeration.</typeparam>
public readonly record struct Knob<T>
    where T : struct
{
    private readonly T _value;

    private Knob(T value, string? parameter)
    {
        _value = value;
        Parameter = parameter;
    }

    /// <summary>The parameter that gives the value; null when the value is fixed.</summary>
    public string? Parameter { get; }

    /// <summary>
    /// The fixed value; when <see cref="Parameter"/> is given, the value used while that parameter is inactive.
    /// </summary>
    public T Value => _value;

    /// <summary>A setting that never changes.</summary>
    public static Knob<T> Fixed(T value) => new(value, null);

    /// <summary>
    /// A setting taken from a parameter, or <paramref name="otherwise"/> where a condition makes the parameter
    /// inactive.
    /// </summary>
    public static Knob<T> From(string parameter, T otherwise = default) => new(otherwise, parameter);

    /// <summary>The same reference with another value for configurations in which the parameter is inactive.</summary>
    public Knob<T> Otherwise(T value) => new(value, Parameter);

    /// <summary>The value in a configuration.</summary>
    /// <exception cref="FormatException">The parameter's value cannot be read as a <typeparamref
    /// name="T"/>.</exception>
    public T In(Configuration configuration) =>
        Parameter is not null && configuration.TryGet(Parameter, out var value) ? KnobValue.Read<T>(value) : _value;

    /// <summary>Makes a fixed setting.</summary>
    public static implicit operator Knob<T>(T value) => Fixed(value);

    /// <summary>Makes a reference from <c>$name</c>.</summary>
    /// <exception cref="FormatException">The text does not start with a dollar sign.</exception>
    public static implicit operator Knob<T>(string reference) =>
        reference is ['$', _, ..]
            ? From(reference[1..])
            : throw new FormatException(
                $"'{reference}' is no reference to a parameter; write '$' and the parameter's name, for instance "
                + $"\"$width\"."
            );

    /// <inheritdoc/>
    public override string ToString() => Parameter is null ? KnobValue.Write(_value) : "$" + Parameter;
}
