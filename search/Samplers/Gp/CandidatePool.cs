namespace TuneGraph.Search;

/// <summary>
/// Points of a search space as codes of all parameters, those of absent ones included, so that they have a value when
/// a parent's change makes them present.
/// </summary>
internal sealed class CandidatePool(SearchSpace space, CodeBox box, SearchRandom random)
{
    private const double Widest = 0.3;
    private const double Narrowest = 0.001;

    private readonly bool _conditional = space.Parameters.Any(parameter => parameter.When is not null);
    private readonly ParameterValue?[] _values = new ParameterValue?[space.Parameters.Length];

    /// <summary>The point with NaN for the codes of absent parameters.</summary>
    public double[] Mask(ReadOnlySpan<double> point)
    {
        var codes = point.ToArray();
        if (!_conditional)
            return codes;
        for (var i = 0; i < codes.Length; i++)
        {
            _values[i] = null;
            if (space.IsActive(i, _values))
                _values[i] = space.Parameters[i].Distribution.Decode(codes[i]);
            else
                codes[i] = double.NaN;
        }

        return codes;
    }

    /// <summary>Whether a point keeps the space's rules.</summary>
    public bool Allows(ReadOnlySpan<double> point) =>
        space.Rules.IsEmpty || space.Allows(Decode(space, Mask(point)));

    /// <summary>The configuration with these codes, NaN where absent.</summary>
    public static Configuration Decode(SearchSpace space, ReadOnlySpan<double> codes)
    {
        var values = new ParameterValue?[codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            if (!double.IsNaN(codes[i]))
                values[i] = space.Parameters[i].Distribution.Decode(codes[i]);
        }

        return space.Assemble(values);
    }

    /// <summary>A point drawn from the whole space.</summary>
    public double[] Anywhere()
    {
        var point = new double[space.Parameters.Length];
        for (var i = 0; i < point.Length; i++)
            point[i] = Draw(i);
        return point;
    }

    /// <summary>A point near a trial's: some codes are moved, by distances of all orders of magnitude.</summary>
    /// <param name="codes">The trial's codes, NaN where absent.</param>
    public double[] Near(ReadOnlySpan<double> codes)
    {
        var point = codes.ToArray();
        var share = Math.Max(random.NextDouble(), 1.0 / point.Length);
        var width = Widest * Math.Pow(Narrowest / Widest, random.NextDouble());
        for (var i = 0; i < point.Length; i++)
        {
            if (double.IsNaN(point[i]))
                point[i] = Draw(i);
            else if (random.NextDouble() < share)
                point[i] = Move(i, point[i], width);
        }

        return point;
    }

    private double Move(int place, double code, double width)
    {
        var distribution = space.Parameters[place].Distribution;
        if (!distribution.HasOrder)
            return random.NextDouble() < 0.5 ? Draw(place) : code;
        var (low, high) = (box.Low[place], box.High[place]);
        var step = Gaussian.Quantile(Math.Max(random.NextDouble(), 1e-16)) * width * (high - low);
        var cell = distribution.Cell(code);
        if (distribution.Cardinality is not null && code + step >= cell.Low && code + step <= cell.High)
            step = step < 0 ? cell.Low - code - (cell.High - code) : cell.High - code + (code - cell.Low);
        var moved = code + step;
        moved = moved < low ? (2 * low) - moved : moved > high ? (2 * high) - moved : moved; // reflected at the ends
        return Snap(distribution, Math.Clamp(moved, low, high));
    }

    private double Draw(int place) => Snap(
        space.Parameters[place].Distribution,
        box.Low[place] + (random.NextDouble() * (box.High[place] - box.Low[place])));

    private static double Snap(Distribution distribution, double code) =>
        distribution.Cardinality is null ? code : distribution.Code(distribution.Decode(code));
}
