using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace TuneGraph.Search;

/// <summary>
/// The parameters of a study, when each takes part, and the rules that all configurations keep. Immutable, checked when
/// made: names are unique, parents are known, no parameter depends on itself, conditions look at values that can be,
/// and there is a configuration that keeps the rules.
/// </summary>
public sealed class SearchSpace
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly BoundCondition?[] _whens;
    private readonly BoundCondition[] _rules;
    private readonly FeasibleRegion? _region;

    /// <summary>A space of these parameters, all of whose configurations are allowed.</summary>
    /// <exception cref="SearchSpaceException">The parameters contradict each other; the message says how.</exception>
    public SearchSpace(IEnumerable<Parameter> parameters)
        : this(parameters, []) { }

    /// <summary>A space of these parameters.</summary>
    /// <param name="parameters">The parameters, in any order.</param>
    /// <param name="rules">
    /// What every configuration keeps: <c>x + 2 * y &lt;= 10</c>; a combination is forbidden by a rule that says
    /// <c>not</c>. Samplers propose nothing else. A rule should hold on a part of the space with some breadth: one that
    /// equates two continuous parameters can be met by no search.
    /// </param>
    /// <exception cref="SearchSpaceException">
    /// The parameters or rules contradict each other, or no configuration that keeps the rules was found.
    /// </exception>
    public SearchSpace(IEnumerable<Parameter> parameters, IEnumerable<Condition> rules)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(rules);
        Parameters = ParameterOrder.ParentsFirst([.. parameters]);
        for (var i = 0; i < Parameters.Length; i++)
            _index.Add(Parameters[i].Name, i);
        Rules = [.. rules];
        _whens = [.. Parameters.Select(WhenOf)];
        _rules = [.. Rules.Select(RuleOf)];
        Groups =
        [
            .. Parameters.Index().GroupBy(p => p.Item.When).Select(g => g.Select(p => p.Index).ToImmutableArray()),
        ];
        _region = _rules.Length == 0 ? null : new FeasibleRegion(this);
    }

    /// <summary>A space without parameters.</summary>
    public static SearchSpace Empty { get; } = new([]);

    /// <summary>The parameters in the order given, except that parents come before those that depend on them.</summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>What every configuration keeps, in the order given.</summary>
    public ImmutableArray<Condition> Rules { get; }

    /// <summary>
    /// The places of the parameters that share a condition, parents first: a group is active as a whole. (A group
    /// cannot depend on itself through another one, for then one of its parameters would.)
    /// </summary>
    internal ImmutableArray<ImmutableArray<int>> Groups { get; }

    internal ReadOnlySpan<BoundCondition> BoundRules => _rules;

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
    /// This space with other values for some parameters: wider, narrower or shifted ends, other choices. Conditions and
    /// rules stay, and so do scale, step and shape, since they are what the parameter means.
    /// </summary>
    /// <param name="ranges">Names and new values; conditions are not looked at.</param>
    /// <exception cref="SearchSpaceException">
    /// There is no such parameter, or it would become another one, or a condition or rule could not hold any more.
    /// </exception>
    public SearchSpace With(IEnumerable<Parameter> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var parameters = Parameters.ToArray();
        foreach (var range in ranges)
        {
            if (!_index.TryGetValue(range.Name, out var place))
                throw Unknown(range.Name);
            var known = parameters[place];
            RangeChange.Check(range.Name, known.Distribution, range.Distribution);
            parameters[place] = new Parameter(known.Name, range.Distribution, known.When);
        }

        return new SearchSpace(parameters, Rules);
    }

    /// <summary>
    /// Whether exactly the active parameters have values, each one of its distribution's, and the rules are kept.
    /// </summary>
    public bool Fits(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var values = new ParameterValue?[Parameters.Length];
        var active = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!IsActive(i, values))
                continue;
            if (!configuration.TryGet(Parameters[i].Name, i, out var value)
                || !Parameters[i].Distribution.Contains(value))
                return false;
            values[i] = value;
            active++;
        }

        return active == configuration.Count && Allows(values);
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
        return _whens[place] is null || IsActive(place, ActiveValues(configuration, place));
    }

    /// <summary>
    /// Whether the configuration keeps the rules; what it has besides its active parameters does not count.
    /// </summary>
    public bool Allows(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return _rules.Length == 0 || Allows(ActiveValues(configuration, Parameters.Length));
    }

    /// <summary>
    /// Checks that exactly the active parameters have values, each one of its distribution's, and that the rules are
    /// kept.
    /// </summary>
    /// <exception cref="SearchSpaceException">The configuration does not fit; the message says where.</exception>
    public void Validate(Configuration configuration) => Coerce(configuration);

    /// <summary>
    /// The configuration, validated, in this space's order and with each value in its distribution's kind and grid.
    /// </summary>
    /// <exception cref="SearchSpaceException">The configuration does not fit; the message says where.</exception>
    public Configuration Coerce(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var result = Build(parameter => ValueIn(configuration, parameter));
        foreach (var (name, value) in configuration)
        {
            if (!_index.ContainsKey(name))
                throw Unknown(name);
            if (!result.Contains(name))
                throw new SearchSpaceException(
                    name,
                    $"'{name}' is {value}, but it is inactive: it takes part when {this[name].When}; leave it out.");
        }

        if (_rules.Length > 0)
            RefuseBroken(result);
        return result;
    }

    /// <summary>
    /// Asks for the value of each active parameter, parents first, and puts them together. The rules are not looked at.
    /// </summary>
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
    /// A configuration drawn by chance: each active parameter by its distribution, among those that keep the rules.
    /// </summary>
    public Configuration Draw(SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return _region is null
            ? Build(parameter => parameter.Distribution.Decode(random.NextDouble()))
            : _region.Draw(random);
    }

    /// <summary>
    /// The configuration if it keeps the rules; else one near it that does. It must fit in all else.
    /// </summary>
    public Configuration Repair(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Allows(configuration) ? configuration : _region!.Repair(configuration);
    }

    /// <summary>
    /// Whether the parameter at this place takes part, given the values of those before it (null is inactive).
    /// </summary>
    internal bool IsActive(int place, ReadOnlySpan<ParameterValue?> values) =>
        _whens[place] is not { } when || when.Holds(values) == true;

    /// <summary>The places of the parameters that decide whether this one takes part.</summary>
    internal ImmutableArray<int> ParentsOf(int place) => _whens[place]?.Places ?? [];

    /// <summary>Whether the values (null is inactive) keep all rules.</summary>
    internal bool Allows(ReadOnlySpan<ParameterValue?> values)
    {
        foreach (var rule in _rules)
        {
            if (rule.Holds(values) == false)
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

    /// <summary>The values of the active parameters before this place; null for the others.</summary>
    internal ParameterValue?[] ActiveValues(Configuration configuration, int count)
    {
        var values = new ParameterValue?[Parameters.Length];
        for (var i = 0; i < count; i++)
        {
            if (configuration.TryGet(Parameters[i].Name, i, out var value) && IsActive(i, values))
                values[i] = value;
        }

        return values;
    }

    private static ParameterValue ValueIn(Configuration configuration, Parameter parameter)
    {
        if (!configuration.TryGet(parameter.Name, out var value))
            throw new SearchSpaceException(
                parameter.Name,
                $"'{parameter.Name}' is active and has no value; give it one: {parameter.Distribution}.");
        if (!parameter.Distribution.Contains(value))
            throw new SearchSpaceException(
                parameter.Name,
                $"'{parameter.Name}' is {value} ({value.Kind}); allowed is {parameter.Distribution}.");
        return parameter.Distribution.Coerce(value);
    }

    private void RefuseBroken(Configuration configuration)
    {
        var values = ActiveValues(configuration, Parameters.Length);
        foreach (var rule in _rules)
        {
            if (rule.Holds(values) != false)
                continue;
            var seen = rule.Source.Parents.Where(configuration.Contains)
                .Select(name => $"{name} = {configuration[name]}");
            throw new SearchSpaceException(
                rule.Source.Parents.FirstOrDefault() ?? "",
                $"The configuration breaks the rule {rule.Source}, for {string.Join(", ", seen)}; change one of them.");
        }
    }

    private BoundCondition? WhenOf(Parameter parameter) =>
        parameter.When is { } when
            ? new(when, Parameters, parameter.Name, $"'{parameter.Name}' takes part when {when}")
            : null;

    private BoundCondition RuleOf(Condition rule) =>
        new(rule, Parameters, rule.Parents.FirstOrDefault() ?? "", $"The rule says {rule}");

    private static SearchSpaceException Unknown(string name) =>
        new(name, $"The search space has no parameter '{name}'; correct the name or add it.");
}
