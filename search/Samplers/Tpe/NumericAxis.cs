namespace TuneGraph.Search;

/// <summary>
/// Kernels over [0, 1]: normal distributions cut off at both ends. An observation's σ is the larger of the gaps to its
/// neighbours, at least 1/min(100, narrowing · (n + 2)); the outermost ones look inwards only. The prior's kernel is
/// N(½, 1). In a
/// stepped range a value has the mass of its cell.
/// </summary>
internal sealed class NumericAxis : KernelAxis
{
    /// <summary>
    /// Cells up to this share of the smallest σ are taken by <see cref="Vectors.AddLogCells"/>: below 0.2 % off within
    /// 5 σ.
    /// </summary>
    private const double NarrowCell = 0.3;

    /// <summary>A cell this many σ away has a mass below 1e-19: nothing beside the prior's.</summary>
    private const double Far = 9;

    private readonly Distribution _distribution;
    private readonly bool _stepped;
    private readonly double[] _mu;
    private readonly double[] _sigma;
    private readonly double[] _scale; // 1 / (σ √2)
    private readonly int[] _twin; // the first kernel in the order of μ that is the same; itself if there is none
    private readonly double _widestNarrow;

    public NumericAxis(Distribution distribution, ReadOnlySpan<double> codes, double narrowing)
    {
        _distribution = distribution;
        _stepped = distribution.Cardinality is not null;
        var n = codes.Length;
        _mu = new double[n + 1];
        _sigma = new double[n + 1];
        _scale = new double[n + 1];
        _twin = new int[n + 1];
        codes.CopyTo(_mu);
        _mu[n] = 0.5;
        _sigma[n] = 1;
        _twin[n] = n;
        var least = Math.Min(1, 1.0 / Math.Min(100, narrowing * (n + 2)));
        SetWidths(codes, least);
        for (var k = 0; k <= n; k++)
            _scale[k] = 1 / (_sigma[k] * Math.Sqrt(2));
        _widestNarrow = NarrowCell * least;
    }

    internal ReadOnlySpan<double> Widths => _sigma;

    public override double Draw(int kernel, SearchRandom random)
    {
        var (mu, sigma) = (_mu[kernel], _sigma[kernel]);
        var low = Gaussian.Cdf(-mu / sigma);
        var high = Gaussian.Cdf((1 - mu) / sigma);
        var z = Gaussian.Quantile(low + (random.NextDouble() * (high - low)));
        var x = Math.Clamp(mu + (sigma * z), 0, 1);
        return _stepped ? _distribution.Code(_distribution.Decode(x)) : x;
    }

    public override void AddConstants(Span<double> sums)
    {
        var (sigma, log) = (double.NaN, double.NaN);
        for (var k = 0; k < _mu.Length; k++)
        {
            if (sigma != _sigma[k]) // most are as narrow as allowed
                (sigma, log) = (_sigma[k], Math.Log(_sigma[k] * Math.Sqrt(2 * Math.PI)));
            var (below, above) = (_mu[k] / sigma, (1 - _mu[k]) / sigma);
            sums[k] -= below > Far && above > Far ? log : log + Math.Log(Gaussian.Mass(-below, above));
        }
    }

    public override void AddLogDensity(ReadOnlySpan<double> codes, Span<double> sums)
    {
        var kernels = _mu.Length;
        var row = _stepped ? new double[kernels] : [];
        var done = new bool[codes.Length];
        for (var c = 0; c < codes.Length; c++)
        {
            if (done[c])
                continue;
            var (low, high) = _distribution.Cell(codes[c]);
            if (high - low <= _widestNarrow)
            {
                Vectors.AddLogCells((low + high) / 2, high - low, _mu, _scale, sums.Slice(c * kernels, kernels));
                continue;
            }

            FillLogMasses(low, high, row);
            for (var same = c; same < codes.Length; same++)
            {
                if (codes[same] != codes[c])
                    continue;
                done[same] = true;
                Vectors.Add(row, sums.Slice(same * kernels, kernels));
            }
        }
    }

    private void FillLogMasses(double low, double high, double[] row)
    {
        row.AsSpan().Fill(double.NaN);
        for (var k = 0; k < row.Length; k++)
        {
            var twin = _twin[k];
            if (double.IsNaN(row[twin]))
                row[twin] = LogMass((low - _mu[twin]) / _sigma[twin], (high - _mu[twin]) / _sigma[twin], _sigma[twin]);
            row[k] = row[twin];
        }
    }

    /// <summary>
    /// ln(σ √(2π) (Φ(b) − Φ(a))): without the factor that <see cref="AddConstants"/> takes from every kernel.
    /// </summary>
    private static double LogMass(double a, double b, double sigma) => a > Far || b < -Far
        ? double.NegativeInfinity
        : Math.Log(sigma * Math.Sqrt(2 * Math.PI) * Gaussian.Mass(a, b));

    private void SetWidths(ReadOnlySpan<double> codes, double least)
    {
        var n = codes.Length;
        var order = new int[n];
        for (var k = 0; k < n; k++)
            order[k] = k;
        var sorted = codes.ToArray();
        Array.Sort(sorted, order);
        SortTies(sorted, order);
        for (var r = 0; r < n; r++)
        {
            var left = r > 0 ? sorted[r] - sorted[r - 1] : n == 1 ? sorted[r] : 0;
            var right = r < n - 1 ? sorted[r + 1] - sorted[r] : n == 1 ? 1 - sorted[r] : 0;
            var k = order[r];
            _sigma[k] = Math.Clamp(Math.Max(left, right), least, 1);
            var before = r > 0 ? order[r - 1] : k;
            _twin[k] = _mu[before] == _mu[k] && _sigma[before] == _sigma[k] ? _twin[before] : k;
            if (r == 0)
                _twin[k] = k;
        }
    }

    /// <summary>Older trials first among equal codes: the sort leaves their order open.</summary>
    private static void SortTies(double[] sorted, int[] order)
    {
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
                end++;
            if (end - start > 1)
                Array.Sort(order, start, end - start);
            start = end;
        }
    }
}
