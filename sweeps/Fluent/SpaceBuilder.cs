using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Declares the parameters of a search space. Immutable: every verb returns a copy with one parameter more.
/// </summary>
public sealed record SpaceBuilder
{
    private ImmutableList<Parameter> _parameters = [];
    private ImmutableList<Condition> _rules = [];

    internal SpaceBuilder() { }

    /// <summary>A real number, both ends included.</summary>
    /// <inheritdoc cref="TrialContext.Float"/>
    /// <param name="name">The parameter's name.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="log">Whether to search on a logarithmic scale.</param>
    /// <param name="step">Distance between allowed values.</param>
    /// <param name="when">The parameter exists only where this holds; null for always.</param>
    public SpaceBuilder Float(
        string name,
        double low,
        double high,
        bool log = false,
        double? step = null,
        Condition? when = null
    ) => Add(name, new FloatDistribution(low, high, log, step), when);

    /// <summary>A whole number, both ends included.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="log">Whether to search on a logarithmic scale.</param>
    /// <param name="step">Distance between allowed values.</param>
    /// <param name="when">The parameter exists only where this holds; null for always.</param>
    public SpaceBuilder Int(
        string name,
        long low,
        long high,
        bool log = false,
        long step = 1,
        Condition? when = null
    ) => Add(name, new IntDistribution(low, high, log, step), when);

    /// <summary>One of several values: texts, numbers or flags.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="choices">The values, each once.</param>
    /// <param name="when">The parameter exists only where this holds; null for always.</param>
    public SpaceBuilder Choice(string name, ImmutableArray<ParameterValue> choices, Condition? when = null) =>
        Add(name, new CategoricalDistribution(choices), when);

    /// <summary>One of several values whose order matters: neighbours in the list are alike.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="choices">The values, each once, in their order.</param>
    /// <param name="when">The parameter exists only where this holds; null for always.</param>
    public SpaceBuilder OrderedChoice(
        string name,
        ImmutableArray<ParameterValue> choices,
        Condition? when = null
    ) => Add(name, new CategoricalDistribution(choices, Ordered: true), when);

    /// <summary>A value that never changes.</summary>
    public SpaceBuilder Constant(string name, ParameterValue value) =>
        Add(name, CategoricalDistribution.Of(value), null);

    /// <summary>A normally distributed number.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="mu">Mean.</param>
    /// <param name="sigma">Standard deviation, above 0.</param>
    /// <param name="low">Least value; null for 6 standard deviations below the mean.</param>
    /// <param name="high">Largest value; null for 6 standard deviations above the mean.</param>
    /// <param name="when">The parameter exists only where this holds; null for always.</param>
    public SpaceBuilder Normal(
        string name,
        double mu,
        double sigma,
        double? low = null,
        double? high = null,
        Condition? when = null
    ) => Add(name, new ShapedDistribution(new NormalShape(mu, sigma), low, high), when);

    /// <summary>A parameter of any distribution.</summary>
    public SpaceBuilder Parameter(string name, Distribution distribution, Condition? when = null) =>
        Add(name, distribution, when);

    /// <summary>
    /// What every configuration keeps: <c>.Require("layers * width &lt;= 4096")</c>. Nothing else is proposed.
    /// </summary>
    public SpaceBuilder Require(Condition rule) => this with { _rules = _rules.Add(rule) };

    /// <summary>
    /// What no configuration does: <c>.Forbid("optimizer == 'sgd' and rate > 0.1")</c>.
    /// </summary>
    public SpaceBuilder Forbid(Condition combination)
    {
        ArgumentNullException.ThrowIfNull(combination);
        return this with { _rules = _rules.Add(combination.Not()) };
    }

    internal SearchSpace Build() => new(_parameters, _rules);

    private SpaceBuilder Add(string name, Distribution distribution, Condition? when) =>
        this with
        {
            _parameters = _parameters.Add(new Parameter(name, distribution, when)),
        };
}
