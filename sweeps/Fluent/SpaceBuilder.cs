using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Declares the parameters of a search space. Immutable: every verb returns a copy with one parameter more.
/// </summary>
public sealed record SpaceBuilder
{
    private ImmutableList<Parameter> _parameters = [];

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
        When? when = null
    ) => Add(name, new FloatDistribution(low, high, log, step), when);

    /// <summary>A whole number, both ends included.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="low">Least value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="log">Whether to search on a logarithmic scale.</param>
    /// <param name="step">Distance between allowed values.</param>
    /// <param name="when">The parameter exists only where this holds; null for always.</param>
    public SpaceBuilder Int(string name, long low, long high, bool log = false, long step = 1, When? when = null) =>
        Add(name, new IntDistribution(low, high, log, step), when);

    /// <summary>One of several values: texts, numbers or flags.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="choices">The values, each once.</param>
    /// <param name="when">The parameter exists only where this holds; null for always.</param>
    public SpaceBuilder Choice(string name, ImmutableArray<ParameterValue> choices, When? when = null) =>
        Add(name, new CategoricalDistribution(choices), when);

    internal SearchSpace Build() => new(_parameters);

    private SpaceBuilder Add(string name, Distribution distribution, When? when) =>
        this with
        {
            _parameters = _parameters.Add(new Parameter(name, distribution, when?.ToCondition())),
        };
}
