using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace TuneGraph.Search;

/// <summary>
/// The parameters of a study and when each takes part. Immutable, checked when made: names are unique, parents are
/// known, no parameter depends on itself, and each condition names values that its parent can take.
/// </summary>
public sealed class SearchSpace
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly ParentTest[][] _tests;

    /// <summary>A space of these parameters.</summary>
    /// <exception cref="SearchSpaceException">The parameters contradict each other; the message says how.</exception>
    public SearchSpace(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = ParentsFirst([.. parameters]);
        for (var i = 0; i < Parameters.Length; i++)
            _index.Add(Parameters[i].Name, i);
        _tests = [.. Parameters.Select(TestsOf)];
        Groups =
        [
            .. Parameters.Index().GroupBy(p => p.Item.When).Select(g => g.Select(p => p.Index).ToImmutableArray()),
        ];
    }

    /// <summary>A space without parameters.</summary>
    public static SearchSpace Empty { get; } = new([]);

    /// <summary>The parameters in the order given, except that parents come before those that depend on them.</summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>
    /// The places of the parameters that share a condition, parents first: a group is active as a whole. (A group
    /// cannot depend on itself through another one, for then one of its parameters would.)
    /// </summary>
    internal ImmutableArray<ImmutableArray<int>> Groups { get; }

    /// <summary>The parameter of this name.</summary>
    /// <exception cref="SearchSpaceException">There is none.</exception>
    public Parameter this[string name] => TryGet(name, out var parameter) ? parameter : throw Unknown(name);

    /// <summary>The parameter of this name, if there is one.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Parameter? parameter)
    {
        parameter = _index.TryGetValue(name, out var i) ? Parameters[i] : null;
        return parameter is not null;
    }

    /// <summary>
    /// Whether a parameter takes part, given the values of its parents. A parent without a value counts as inactive.
    /// </summary>
    /// <exception cref="SearchSpaceException">The parameter is not of this space.</exception>
    public bool IsActive(Parameter parameter, Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(configuration);
        if (!_index.TryGetValue(parameter.Name, out var place))
            throw Unknown(parameter.Name);
        foreach (var test in _tests[place])
        {
            var parent = Parameters[test.Parent];
            if (!configuration.TryGet(parent.Name, test.Parent, out var value) || !test.Holds(value)
                || !IsActive(parent, configuration))
                return false;
        }

        return true;
    }

    /// <summary>Checks that exactly the active parameters have values, each one of its distribution's.</summary>
    /// <exception cref="SearchSpaceException">The configuration does not fit; the message says where.</exception>
    public void Validate(Configuration configuration) => Coerce(configuration);

    /// <summary>
    /// The configuration, validated, in this space's order and with each value in its distribution's kind and grid.
    /// </summary>
    /// <exception cref="SearchSpaceException">The configuration does not fit; the message says where.</exception>
    public Configuration Coerce(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var result = Build(parameter =>
        {
            if (!configuration.TryGet(parameter.Name, out var value))
                throw new SearchSpaceException(
                    parameter.Name,
                    $"'{parameter.Name}' is active and has no value; give it one of: {parameter.Distribution}.");
            if (!parameter.Distribution.Contains(value))
                throw new SearchSpaceException(
                    parameter.Name,
                    $"'{parameter.Name}' is {value} ({value.Kind}), which is not one of: {parameter.Distribution}.");
            return parameter.Distribution.Coerce(value);
        });
        foreach (var (name, value) in configuration)
        {
            if (!_index.ContainsKey(name))
                throw Unknown(name);
            if (!result.Contains(name))
                throw new SearchSpaceException(
                    name,
                    $"'{name}' is {value}, but it is inactive: it takes part when {this[name].When}; leave it out.");
        }

        return result;
    }

    /// <summary>Asks for the value of each active parameter, parents first, and puts them together.</summary>
    public Configuration Build(Func<Parameter, ParameterValue> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        var values = new ParameterValue?[Parameters.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (IsActive(i, values))
                values[i] = choose(Parameters[i]);
        }

        return Assemble(values);
    }

    /// <summary>
    /// Whether the parameter at this place takes part, given the values of those before it (null is inactive).
    /// </summary>
    internal bool IsActive(int place, ReadOnlySpan<ParameterValue?> values)
    {
        foreach (var test in _tests[place])
        {
            if (values[test.Parent] is not { } value || !test.Holds(value))
                return false;
        }

        return true;
    }

    internal Configuration Assemble(ReadOnlySpan<ParameterValue?> values)
    {
        var items = ImmutableArray.CreateBuilder<KeyValuePair<string, ParameterValue>>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
                items.Add(new(Parameters[i].Name, value));
        }

        return new(items.DrainToImmutable());
    }

    private ParentTest[] TestsOf(Parameter parameter)
    {
        var terms = parameter.When?.Terms ?? [];
        return [.. terms.Select(term => new ParentTest(_index[term.Parent], ValuesOf(parameter, term)))];
    }

    private ImmutableArray<ParameterValue> ValuesOf(Parameter parameter, ConditionTerm term)
    {
        var parent = this[term.Parent].Distribution;
        foreach (var value in term.Values)
        {
            if (!parent.Contains(value))
                throw new SearchSpaceException(
                    parameter.Name,
                    $"'{parameter.Name}' takes part when {term}, "
                    + $"but '{term.Parent}' can never be {value}: it is {parent}.");
        }

        return [.. term.Values.Select(parent.Coerce)];
    }

    private static SearchSpaceException Unknown(string name) =>
        new(name, $"The search space has no parameter '{name}'; correct the name or add it.");

    /// <summary>Stable: a parameter moves only behind parents that were listed after it.</summary>
    private static ImmutableArray<Parameter> ParentsFirst(ImmutableArray<Parameter> given)
    {
        var byName = new Dictionary<string, Parameter>(StringComparer.Ordinal);
        foreach (var parameter in given)
        {
            if (!byName.TryAdd(parameter.Name, parameter))
                throw new SearchSpaceException(
                    parameter.Name, $"The search space lists '{parameter.Name}' twice; list it once.");
        }

        var ordered = ImmutableArray.CreateBuilder<Parameter>(given.Length);
        var done = new Dictionary<string, bool>(StringComparer.Ordinal); // false while its parents are being placed
        foreach (var parameter in given)
            Place(parameter);
        return ordered.DrainToImmutable();

        void Place(Parameter parameter)
        {
            if (done.TryGetValue(parameter.Name, out var placed))
            {
                if (!placed)
                    throw new SearchSpaceException(
                        parameter.Name,
                        $"Whether '{parameter.Name}' takes part depends on itself; break the circle of conditions.");
                return;
            }

            done[parameter.Name] = false;
            foreach (var term in parameter.When?.Terms ?? [])
            {
                if (!byName.TryGetValue(term.Parent, out var parent))
                    throw new SearchSpaceException(
                        parameter.Name,
                        $"'{parameter.Name}' takes part when {term}, but there is no parameter '{term.Parent}'; "
                        + "add it or correct the name.");
                Place(parent);
            }

            done[parameter.Name] = true;
            ordered.Add(parameter);
        }
    }

    /// <summary>A condition's term with its parent's place, and its values in the parent's kind.</summary>
    private readonly record struct ParentTest(int Parent, ImmutableArray<ParameterValue> Values)
    {
        public bool Holds(ParameterValue value) => Values.Contains(value);
    }
}
