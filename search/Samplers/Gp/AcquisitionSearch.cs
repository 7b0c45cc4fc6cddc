namespace TuneGraph.Search;

/// <summary>
/// Maximises an acquisition function over a search space: the best of many candidates, half of them drawn anywhere and
/// half near good trials, are improved by turns in the continuous codes together (quasi-Newton) and in each of the
/// discrete ones (by trying values), until neither helps.
/// </summary>
internal sealed class AcquisitionSearch
{
    private const int Rounds = 4;
    private const int Evaluations = 40;
    private const double Tolerance = 1e-3;
    private const int FewValues = 16; // an ordered range of more is searched as if it were continuous, then rounded

    private readonly GpAxes _axes;
    private readonly Acquisition _acquisition;
    private readonly GpOptions _options;
    private readonly CodeBox _box;
    private readonly CandidatePool _pool;
    private readonly bool[] _smooth; // by axis
    private readonly BoundedMinimizer _minimizer;
    private readonly double[] _low;
    private readonly double[] _high;

    /// <summary>A search over a space, or a part of it.</summary>
    /// <param name="axes">The axes.</param>
    /// <param name="acquisition">What to maximise.</param>
    /// <param name="options">How many candidates and starts.</param>
    /// <param name="box">Where the numeric codes may lie; null for anywhere.</param>
    /// <param name="random">All the chance there is.</param>
    public AcquisitionSearch(
        GpAxes axes, Acquisition acquisition, GpOptions options, CodeBox? box, SearchRandom random)
    {
        (_axes, _acquisition, _options) = (axes, acquisition, options);
        _box = box ?? CodeBox.Whole(axes.Space);
        _pool = new(axes.Space, _box, random);
        var parents = axes.Space.Parameters.SelectMany(p => p.When?.Parents ?? []).ToHashSet();
        _smooth = [.. axes.Places.Select(place => IsSmooth(axes.Space.Parameters[place], parents))];
        _minimizer = new(axes.Count);
        (_low, _high) = (new double[axes.Count], new double[axes.Count]);
    }

    /// <summary>The points found, the most promising first, and their values.</summary>
    /// <param name="good">The codes of good trials, the best first.</param>
    public List<(double[] Codes, double Value)> Run(IReadOnlyList<double[]> good)
    {
        var points = new List<double[]>();
        for (var c = 0; c < _options.Candidates; c++)
            points.Add(IsWide(c) || good.Count == 0 ? _pool.Anywhere() : _pool.Near(good[c / 2 % good.Count]));
        var values = Values([.. points.Select(point => _pool.Mask(point))]);
        for (var c = 0; c < values.Length; c++)
            values[c] = _pool.Allows(points[c]) ? values[c] : double.NegativeInfinity;
        var ranked = Enumerable.Range(0, points.Count).OrderByDescending(c => values[c]).ThenBy(c => c).ToList();
        var wide = _options.Starts / 2;
        var starts = ranked.Where(IsWide).Take(wide)
            .Concat(ranked.Where(c => !IsWide(c)).Take(_options.Starts - wide));
        var found = starts.Select(c => Improve((double[])points[c].Clone(), values[c])).ToList();
        found.AddRange(ranked.Take(_options.Starts).Select(c => (_pool.Mask(points[c]), values[c])));
        return [.. found.OrderByDescending(f => f.Value)];
    }

    /// <summary>Every other candidate is drawn anywhere.</summary>
    private static bool IsWide(int candidate) => candidate % 2 == 0;

    private double[] Values(List<double[]> codes)
    {
        var values = new double[codes.Count];
        _acquisition.Add(codes, values);
        return values;
    }

    private (double[] Codes, double Value) Improve(double[] point, double value)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var before = value;
            value = Climb(point, value);
            var changed = TryValues(point, ref value);
            if (!changed || value - before < Tolerance)
                break;
        }

        return (_pool.Mask(point), value);
    }

    /// <summary>Improves the smooth codes together.</summary>
    private double Climb(double[] point, double value)
    {
        var codes = _pool.Mask(point);
        var x = new double[_axes.Count];
        var any = false;
        for (var p = 0; p < x.Length; p++)
        {
            x[p] = point[_axes.Places[p]];
            var free = _smooth[p] && !double.IsNaN(codes[_axes.Places[p]]);
            (_low[p], _high[p]) = free ? (_box.Low[_axes.Places[p]], _box.High[_axes.Places[p]]) : (x[p], x[p]);
            any |= free;
        }

        if (!any)
            return value;
        var reached = -_minimizer.Minimize(
            (at, gradient) =>
            {
                Write(at, codes, codes);
                gradient.Clear();
                var log = _acquisition.AddSlopes(codes, gradient);
                foreach (ref var slope in gradient)
                    slope = -slope;
                return -log;
            },
            x, _low, _high, Evaluations, Tolerance);
        if (!(reached > value))
            return value;
        var moved = (double[])point.Clone();
        Write(x, codes, moved);
        Round(moved);
        reached = Value(moved);
        if (reached <= value)
            return value;
        moved.CopyTo(point, 0);
        return reached;
    }

    /// <summary>Sets the free codes.</summary>
    private void Write(ReadOnlySpan<double> x, double[] codes, double[] into)
    {
        for (var p = 0; p < x.Length; p++)
        {
            if (_smooth[p] && !double.IsNaN(codes[_axes.Places[p]]))
                into[_axes.Places[p]] = x[p];
        }
    }

    private void Round(double[] point)
    {
        for (var p = 0; p < _axes.Count; p++)
        {
            var distribution = _axes.Space.Parameters[_axes.Places[p]].Distribution;
            if (_smooth[p] && distribution.Cardinality is not null)
                point[_axes.Places[p]] = distribution.Code(distribution.Decode(point[_axes.Places[p]]));
        }
    }

    /// <summary>Gives each discrete code in turn its best value.</summary>
    private bool TryValues(double[] point, ref double value)
    {
        var changed = false;
        for (var p = 0; p < _axes.Count; p++)
        {
            var place = _axes.Places[p];
            if (_axes.Space.Parameters[place].Distribution is not { Cardinality: { } count } distribution
                || double.IsNaN(_pool.Mask(point)[place]))
                continue;
            var others = Others(distribution, count, point[place]);
            var tried = others.Select(code =>
            {
                var other = (double[])point.Clone();
                other[place] = code;
                return _pool.Mask(other);
            }).ToList();
            var values = Values(tried);
            for (var k = 0; k < values.Length; k++)
            {
                if (values[k] > value)
                    (value, point[place], changed) = (values[k], others[k], true);
            }
        }

        return changed;
    }

    /// <summary>The other values to try: all of few, the neighbours among many.</summary>
    private static List<double> Others(Distribution distribution, long count, double code)
    {
        var codes = new HashSet<double>();
        for (var k = 0; k < count && (count <= FewValues || !distribution.HasOrder); k++)
            codes.Add(distribution.Code(distribution.ValueAt(k)));

        var (low, high) = distribution.Cell(code);
        codes.Add(distribution.Code(distribution.Decode(low - (0.5 / count))));
        codes.Add(distribution.Code(distribution.Decode(high + (0.5 / count))));
        codes.Remove(code);
        return [.. codes.Order()];
    }

    private double Value(double[] point) => Values([_pool.Mask(point)])[0];

    private static bool IsSmooth(Parameter parameter, HashSet<string> parents) =>
        parameter.Distribution.HasOrder
        && parameter.Distribution.Cardinality is null or > FewValues
        && !parents.Contains(parameter.Name);
}
