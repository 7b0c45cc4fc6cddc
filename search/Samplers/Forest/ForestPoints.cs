namespace TuneGraph.Search;

/// <summary>
/// Configurations as rows of codes, NaN where a parameter is inactive: drawn, changed and turned back.
/// </summary>
internal sealed class ForestPoints
{
    /// <summary>Values near another are drawn with this standard deviation, in shares of the range (SMAC3).</summary>
    private const double NeighbourSpread = 0.2;

    private const int NumericNeighbours = 4;

    private readonly SearchSpace _space;
    private readonly ForestFeatures _features;
    private readonly ParameterValue?[] _values;

    public ForestPoints(SearchSpace space)
    {
        _space = space;
        _values = new ParameterValue?[space.Parameters.Length];
        _features = new(space.Parameters);
    }

    /// <summary>How many choices each parameter has; 0 for numeric ones.</summary>
    public int[] Categories => _features.Categories;

    /// <summary>A trial's row; NaN where it has no value, or one that is not of the space's.</summary>
    public double[] Of(Trial trial)
    {
        var row = trial.CodesIn(_space).ToArray();
        for (var place = 0; place < row.Length; place++)
            row[place] = _features.FromCode(place, row[place]);
        return row;
    }

    /// <summary>A random row that keeps the space's rules.</summary>
    public double[] Draw(SearchRandom random) => _space.Rules.IsEmpty
        ? Build(place => DrawCode(place, random))
        : Of(new(0, _space.Draw(random), given: false, defineByRun: false));

    /// <summary>
    /// The row with a value for each active parameter: those it lacks are drawn. Null where it breaks the rules so.
    /// </summary>
    public double[]? Completed(double[] row, SearchRandom random) =>
        Allowed(Build(place => double.IsNaN(row[place]) ? DrawCode(place, random) : row[place]));

    public Configuration Decoded(double[] row)
    {
        for (var place = 0; place < row.Length; place++)
        {
            _values[place] = double.IsNaN(row[place]) ? default(ParameterValue?) : _features.Decode(place, row[place]);
        }


        return _space.Assemble(_values);
    }

    /// <summary>
    /// Rows that differ from one in one parameter (and in what becomes active by it): all other choices, four nearby
    /// numbers; without those that break the space's rules.
    /// </summary>
    public IEnumerable<double[]> Neighbours(double[] row, SearchRandom random)
    {
        for (var place = 0; place < row.Length; place++)
        {
            if (double.IsNaN(row[place]) || _space.Parameters[place].Distribution.Cardinality == 1)
                continue;
            var count = Categories[place] > 0 ? Categories[place] : NumericNeighbours;
            for (var k = 0; k < count; k++)
            {
                var code = Categories[place] > 0 ? k : Nearby(place, row[place], random);
                if (code == row[place])
                    continue;
                var changed = place;
                var neighbour = Allowed(Build(at => at == changed ? code
                    : double.IsNaN(row[at]) ? DrawCode(at, random)
                    : row[at]));
                if (neighbour is not null)
                    yield return neighbour;
            }
        }
    }

    /// <summary>
    /// The sum over parameters: how far apart two numbers are in shares of the range; 1 for different choices, and
    /// where one row has no value.
    /// </summary>
    public double Distance(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var place = 0; place < one.Length; place++)
        {
            var (a, b) = (one[place], other[place]);
            if (double.IsNaN(a) || double.IsNaN(b))
                sum += double.IsNaN(a) == double.IsNaN(b) ? 0 : 1;
            else
                sum += Categories[place] > 0 ? (a == b ? 0 : 1) : Math.Abs(a - b);
        }

        return sum;
    }

    private double[] Build(Func<int, double> choose)
    {
        var row = new double[_values.Length];
        Array.Clear(_values);
        for (var place = 0; place < row.Length; place++)
        {
            row[place] = double.NaN;
            if (!_space.IsActive(place, _values))
                continue;
            row[place] = choose(place);
            _values[place] = _features.Decode(place, row[place]);
        }

        return row;
    }

    /// <summary>The row that was just built, unless it breaks the rules.</summary>
    private double[]? Allowed(double[] row) => _space.Allows(_values) ? row : null;

    private double DrawCode(int place, SearchRandom random) =>
        _features.FromCode(place, Canonical(_space.Parameters[place].Distribution, random.NextDouble()));

    private double Nearby(int place, double code, SearchRandom random)
    {
        var distribution = _space.Parameters[place].Distribution;
        var (low, high) = (Gaussian.Cdf(-code / NeighbourSpread), Gaussian.Cdf((1 - code) / NeighbourSpread));
        var z = Gaussian.Quantile(low + (random.NextDouble() * (high - low)));
        return Canonical(distribution, Math.Clamp(code + (NeighbourSpread * z), 0, 1));
    }

    /// <summary>The code of the value that a code stands for.</summary>
    private static double Canonical(Distribution distribution, double code) =>
        distribution.Cardinality is null ? code : distribution.Code(distribution.Decode(code));
}
