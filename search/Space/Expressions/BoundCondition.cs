using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>A condition over the parameters of one space, ready to be asked.</summary>
internal sealed class BoundCondition
{
    private readonly FlagOf _test;
    private readonly Shortfall _shortfall;

    /// <param name="source">The condition.</param>
    /// <param name="parameters">The parameters by place.</param>
    /// <param name="owner">The parameter that errors name.</param>
    /// <param name="subject">How errors begin: "'momentum' takes part when …".</param>
    /// <exception cref="SearchSpaceException">It looks at what is not there, or at what cannot be.</exception>
    public BoundCondition(Condition source, ImmutableArray<Parameter> parameters, string owner, string subject)
    {
        Source = source;
        var binder = new ExpressionBinder(
            parameters,
            problem => new SearchSpaceException(owner, $"{subject}, but {problem}.")
        );
        _test = binder.Flag(source.Tree);
        _shortfall = ShortfallBinder.Bind(source.Tree, binder);
        Places = [.. source.Parents.Select(binder.PlaceOf)];
    }

    /// <summary>What was bound.</summary>
    public Condition Source { get; }

    /// <summary>The places of the parameters it looks at.</summary>
    public ImmutableArray<int> Places { get; }

    /// <summary>Whether it holds; null where that hangs on parameters without a value.</summary>
    public bool? Holds(ReadOnlySpan<ParameterValue?> values) => _test(values);

    /// <summary>
    /// By how much it misses: 0 where it holds or is undecided, above 0 elsewhere, and less the nearer it is to
    /// holding.
    /// </summary>
    public double Misses(ReadOnlySpan<ParameterValue?> values) =>
        Holds(values) == false ? Math.Max(_shortfall(values), double.Epsilon) : 0;
}
