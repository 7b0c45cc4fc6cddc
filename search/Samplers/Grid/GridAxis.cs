using System.Globalization;

namespace TuneGraph.Search;

/// <summary>The values of one parameter on a grid, by place.</summary>
internal readonly struct GridAxis
{
    private readonly Distribution _distribution;
    private readonly ParameterValue[]? _points;

    public GridAxis(Distribution distribution, GridOptions options)
    {
        _distribution = distribution;
        var thin = distribution is IntDistribution { Step: 1 } && distribution.Cardinality > options.LargestRange;
        _points = distribution.Cardinality is null || thin ? Spread(distribution, options.Points) : null;
        Count = _points?.Length ?? distribution.Cardinality!.Value;
    }

    public long Count { get; }

    public ParameterValue this[long place] => _points is not null ? _points[place] : _distribution.ValueAt(place);

    /// <summary>
    /// Equal distances from end to end; from the middle of a share to that of the next where the ends are tails.
    /// Integers that fall together are taken once.
    /// </summary>
    private static ParameterValue[] Spread(Distribution distribution, int points) =>
        [.. Enumerable.Range(0, points)
            .Select(i => distribution is ShapedDistribution || points == 1
                ? (i + 0.5) / points
                : (double)i / (points - 1))
            .Select(code => Rounded(distribution, distribution.Decode(code)))
            .Distinct()];

    /// <summary>To twelve digits where that stays in the range: 10, and not 10.000000000000002.</summary>
    private static ParameterValue Rounded(Distribution distribution, ParameterValue value)
    {
        if (value.Kind != ParameterKind.Float)
            return value;
        var culture = CultureInfo.InvariantCulture;
        ParameterValue rounded = double.Parse(value.AsFloat().ToString("G12", culture), culture);
        return distribution.Contains(rounded) ? rounded : value;
    }
}
