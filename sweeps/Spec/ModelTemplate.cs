using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>A built-in model whose settings may be searched over.</summary>
public abstract record ModelTemplate
{
    private protected ModelTemplate() { }

    /// <summary>The model of one configuration.</summary>
    public abstract ModelSpec In(Configuration configuration);

    /// <summary>The parameters that give settings; null for each fixed setting.</summary>
    internal abstract IEnumerable<string?> References { get; }

    /// <summary>Every setting, in a fixed order.</summary>
    internal abstract string Describe();

    /// <summary>The widths of a list of layers. One whose parameter is inactive is 0, and so no layer.</summary>
    private protected static IEnumerable<int> Widths(ImmutableArray<Knob<int>> layers, Configuration configuration) =>
        layers.Select(width => (width.Parameter, Value: width.In(configuration)))
            .Where(width => width.Parameter is null || width.Value != 0)
            .Select(width => width.Value);
}

/// <summary>Linear regression, for numbers.</summary>
public sealed record LinearTemplate : ModelTemplate
{
    /// <inheritdoc/>
    public override LinearModelSpec In(Configuration configuration) => new();

    internal override IEnumerable<string?> References => [];

    internal override string Describe() => "linear";
}

/// <summary>Logistic regression, for classes.</summary>
public sealed record LogisticTemplate : ModelTemplate
{
    /// <inheritdoc/>
    public override LogisticSpec In(Configuration configuration) => new();

    internal override IEnumerable<string?> References => [];

    internal override string Describe() => "logistic";
}

/// <summary>A factorization machine.</summary>
public sealed record FactorizationTemplate : ModelTemplate
{
    /// <summary>Length of the features' vectors, 1 to 1,024. Default 8.</summary>
    public Knob<int> Factors { get; init; } = 8;

    /// <inheritdoc/>
    public override FactorizationSpec In(Configuration configuration) => new() { Factors = Factors.In(configuration) };

    internal override IEnumerable<string?> References => [Factors.Parameter];

    internal override string Describe() => $"factorization {Factors}";
}
