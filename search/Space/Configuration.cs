using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace TuneGraph.Search;

/// <summary>
/// What a trial is run with: values by parameter name. Immutable. It keeps the order in which the values were given,
/// but two configurations are equal when they hold the same values, in whatever order.
/// </summary>
public sealed class Configuration : IEquatable<Configuration>
{
    private readonly ImmutableArray<KeyValuePair<string, ParameterValue>> _items;
    private readonly int _hash;

    /// <summary>A configuration of these values.</summary>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public Configuration(IEnumerable<KeyValuePair<string, ParameterValue>> values)
        : this([.. values])
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in _items)
        {
            if (!names.Add(name))
                throw new ArgumentException(
                    $"The configuration names '{name}' twice; give each parameter once.", nameof(values));
        }
    }

    /// <summary>The names are known to be different.</summary>
    internal Configuration(ImmutableArray<KeyValuePair<string, ParameterValue>> items)
    {
        _items = items;
        foreach (var (name, value) in items)
            _hash ^= HashCode.Combine(name, value); // independent of the order
    }

    /// <summary>The configuration without values.</summary>
    public static Configuration Empty { get; } = new([]);

    /// <summary>How many values there are.</summary>
    public int Count => _items.Length;

    /// <summary>The names and values in order.</summary>
    public ImmutableArray<KeyValuePair<string, ParameterValue>> Items => _items;

    /// <summary>The value of a parameter.</summary>
    /// <exception cref="KeyNotFoundException">The parameter has no value here.</exception>
    public ParameterValue this[string name] => TryGet(name, out var value)
        ? value
        : throw new KeyNotFoundException(
            $"The configuration ({this}) has no value for '{name}': it is unknown or inactive.");

    /// <summary>A configuration of these values, in this order.</summary>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public static Configuration Of(params ReadOnlySpan<(string Name, ParameterValue Value)> values)
    {
        var items = new List<KeyValuePair<string, ParameterValue>>(values.Length);
        foreach (var (name, value) in values)
            items.Add(new(name, value));
        return new(items);
    }

    /// <summary>The value of a parameter, if it has one.</summary>
    public bool TryGet(string name, out ParameterValue value) => TryGet(name, 0, out value);

    /// <summary>Whether the parameter has a value.</summary>
    public bool Contains(string name) => TryGet(name, 0, out _);

    /// <summary>A copy in which the parameter has this value: in its old place, or at the end if it is new.</summary>
    public Configuration With(string name, ParameterValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        var item = KeyValuePair.Create(name, value);
        for (var i = 0; i < _items.Length; i++)
        {
            if (_items[i].Key == name)
                return new(_items.SetItem(i, item));
        }

        return new(_items.Add(item));
    }

    /// <summary>Whether the other holds the same values, in whatever order.</summary>
    public bool Equals([NotNullWhen(true)] Configuration? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _hash != other._hash || Count != other.Count)
            return false;
        for (var i = 0; i < _items.Length; i++)
        {
            if (!other.TryGet(_items[i].Key, i, out var value) || value != _items[i].Value)
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as Configuration);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>For example <c>a=1, b=adam</c>, in the invariant culture.</summary>
    public override string ToString() => string.Join(", ", _items.Select(item => $"{item.Key}={item.Value}"));

    /// <summary>Lets <c>foreach</c> go through the names and values in order.</summary>
    public ImmutableArray<KeyValuePair<string, ParameterValue>>.Enumerator GetEnumerator() => _items.GetEnumerator();

    /// <summary>
    /// Looks at the place where the value is expected first: configurations of one space share an order.
    /// </summary>
    internal bool TryGet(string name, int expected, out ParameterValue value)
    {
        var items = _items.AsSpan();
        for (var i = 0; i < items.Length; i++)
        {
            var at = expected + i;
            ref readonly var item = ref items[at < items.Length ? at : at % items.Length];
            if (item.Key == name)
            {
                value = item.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
