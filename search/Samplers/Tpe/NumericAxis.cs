namespace TuneGraph.Search;

/// <summary>
/// Kernels over [0, 1]: normal distributions cut off at both ends. An observation's σ is the larger of the gaps to its
/// neighbours, at least 1/min(100, narrowing · (n + 2)); the outermost ones look inwards only. The prior's kernel is
/// N(½, 1). In a stepped range a value has the mass of its cell.
/// </summary>
internal sealed class NumericAxis : KernelAxis
{
    /// <summary>
    /// Cells up to this share of the smallest σ are taken by <see cref="Vectors.AddLogCells"/>: 0.5 % off within 3 σ,
    /// 2 % within 4 σ.
    /// </summary>
    private const double NarrowCell = 1;

    private readonly Distribution _distribution;
    private readonly TpeScratch _scratch;
    private readonly bool _stepped;
    private readonly int _kernels;
    private readonly double[] _mu;
    private readonly double[] _sigma;
    private readonly double[] _scale; // 1 / (σ √2)
    private readonly int[] _order; // of the observations by μ
    private readonly double _widestNarrow;
    private (double Middle, double Width)[] _cells = [];
    private double[]?[] _asked = []; // rows for wide cells

    public NumericAxis(Distribution distribution, ReadOnlySpan<double> codes, double narrowing, TpeScratch scratch)
    {
        _distribution = distribution;
        _scratch = scratch;
        _stepped = distribution.Cardinality is not null;
        var n = codes.Length;
        _kernels = n + 1;
        _mu = scratch.Doubles(_kernels);
        _sigma = scratch.Doubles(_kernels);
        _scale = scratch.Doubles(_kernels);
        _order = scratch.Integers(_kernels);
        codes.CopyTo(_mu);
        _mu[n] = 0.5;
        _sigma[n] = 1;
        var least = Math.Min(1, 1.0 / Math.Min(100, narrowing * (n + 2)));
        CodeOrder.Fill(codes, _order.AsSpan(0, n));
        SetWidths(n, least);
        for (var k = 0; k <= n; k++)
            _scale[k] = 1 / (_sigma[k] * Math.Sqrt(2));
        _widestNarrow = NarrowCell * least;
    }

    internal ReadOnlySpan<double> Widths => _sigma.AsSpan(0, _kernels);

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
        var (sigma, log, reach) = (double.NaN, double.NaN, double.NaN);
        for (var k = 0; k < _kernels; k++)
        {
            if (sigma != _sigma[k]) // most are as narrow as allowed
                (sigma, log, reach) = (_sigma[k], LogPeak(_sigma[k]), NormalTail.End * _sigma[k]);
            sums[k] -= log;
            var mu = _mu[k];
            if (mu < reach || 1 - mu < reach)
                sums[k] -= Math.Log(1 - NormalTail.Of(mu / sigma) - NormalTail.Of((1 - mu) / sigma));
        }
    }

    public override void Ask(ReadOnlySpan<double> codes)
    {
        var rows = new KernelRows(_kernels, _scratch);
        _cells = new (double, double)[codes.Length];
        _asked = new double[codes.Length][];
        for (var c = 0; c < codes.Length; c++)
        {
            var (low, high) = _distribution.Cell(codes[c]);
            _cells[c] = ((low + high) / 2, high - low);
            if (high - low <= _widestNarrow)
                continue;
            var row = _asked[c] = rows.At(codes[c], out var isNew);
            if (isNew)
                FillLogMasses(low, high, row);
        }
    }

    public override void AddLogDensity(int candidate, int first, Span<double> sums)
    {
        if (_asked[candidate] is { } row)
        {
            Vectors.Add(row.AsSpan(first, sums.Length), sums);
            return;
        }

        var (middle, width) = _cells[candidate];
        Vectors.AddLogCells(middle, width, _mu.AsSpan(first), _scale.AsSpan(first), sums);
    }

    private static double LogPeak(double sigma) => Math.Log(sigma * Math.Sqrt(2 * Math.PI));

    /// <summary>Kernels that are the same stand together in their order.</summary>
    private void FillLogMasses(double low, double high, double[] row)
    {
        var (mu, sigma, log) = (double.NaN, double.NaN, 0.0);
        for (var r = 0; r < _kernels; r++)
        {
            var k = r < _kernels - 1 ? _order[r] : r;
            if (_mu[k] != mu || _sigma[k] != sigma)
            {
                (mu, sigma) = (_mu[k], _sigma[k]);
                log = LogMass((low - mu) / sigma, (high - mu) / sigma, sigma);
            }

            row[k] = log;
        }
    }

    /// <summary>
    /// ln(σ √(2π) (Φ(b) − Φ(a))): without the factor that <see cref="AddConstants"/> takes from every kernel.
    /// </summary>
    private static double LogMass(double a, double b, double sigma) =>
        NormalTail.Mass(a, b) is > 0 and var mass
            ? Math.Log(sigma * Math.Sqrt(2 * Math.PI) * mass)
            : double.NegativeInfinity;

    private void SetWidths(int n, double least)
    {
        for (var r = 0; r < n; r++)
        {
            var k = _order[r];
            var left = r > 0 ? _mu[k] - _mu[_order[r - 1]] : n == 1 ? _mu[k] : 0;
            var right = r < n - 1 ? _mu[_order[r + 1]] - _mu[k] : n == 1 ? 1 - _mu[k] : 0;
            _sigma[k] = Math.Clamp(Math.Max(left, right), least, 1);
        }
    }
}
