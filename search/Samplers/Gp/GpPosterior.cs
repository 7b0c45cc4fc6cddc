namespace TuneGraph.Search;

/// <summary>
/// What is believed of the objective after the observations (Rasmussen and Williams, (2.25) and (2.26)), for one or
/// more lists of targets that differ in what they suppose of running trials; the variance is common to them.
/// </summary>
internal sealed class GpPosterior
{
    /// <summary>Of the amplitude: a variance below this is rounding.</summary>
    private const double LeastVariance = 1e-12;

    private readonly GpAxes _axes;
    private readonly double[] _theta;
    private readonly InputWarp[] _warps;
    private readonly double[][] _points; // warped, [coordinate][observation]
    private readonly double[] _factor;
    private readonly double[] _inverseLower;

    /// <summary>A model of these observations.</summary>
    /// <param name="axes">The axes.</param>
    /// <param name="at">The hyperparameters.</param>
    /// <param name="points">Where was observed, not warped, [coordinate][observation].</param>
    public GpPosterior(GpAxes axes, GpHyperparameters at, double[][] points)
    {
        (_axes, Amplitude, Noise) = (axes, at.Amplitude, at.Noise);
        _theta = [.. axes.Owners.Select(at.Relevance)];
        _warps = [.. Enumerable.Range(0, axes.Count).Select(p => axes.IsChoice[p] ? new(1, 1) : at.Warp(p))];
        _points = [.. points.Select((row, f) => f < axes.Count ? [.. row.Select(_warps[f].Apply)] : row)];
        Count = points.Length == 0 ? 0 : points[0].Length;
        _factor = new double[Count * Count];
        _inverseLower = new double[Count * Count];
        while (!Factor())
            Noise *= 10; // observations so close that rounding makes the covariance singular
        Cholesky.InvertLower(_factor, Count, _inverseLower);
    }

    /// <summary>How many observations there are.</summary>
    public int Count { get; }

    /// <summary>σ², the variance where nothing is known.</summary>
    public double Amplitude { get; }

    /// <summary>τ².</summary>
    public double Noise { get; private set; }

    /// <summary>For each list of targets, (K + τ²I)⁻¹ of it.</summary>
    public double[][] Alphas { get; private set; } = [];

    /// <summary>Sets the lists of targets.</summary>
    public void Observe(params double[][] targets)
    {
        Alphas = [.. targets.Select(list => list.ToArray())];
        foreach (var alpha in Alphas)
        {
            Cholesky.SolveLower(_factor, Count, alpha);
            Cholesky.SolveUpper(_factor, Count, alpha);
        }
    }

    /// <summary>Warps a point's coordinates in place.</summary>
    public void Warp(Span<double> coordinates)
    {
        for (var p = 0; p < _axes.Count; p++)
            coordinates[p] = _warps[p].Apply(coordinates[p]);
    }

    /// <summary>A warped point's covariances with the observations, and their slopes in the squared distance.</summary>
    public void Covariances(ReadOnlySpan<double> warped, Span<double> values, Span<double> slopes)
    {
        var squares = values[..Count];
        squares.Clear();
        for (var f = 0; f < _axes.Coordinates; f++)
        {
            if (f < _axes.Count && _axes.IsChoice[f])
                Matern.AddMismatches(_theta[f], warped[f], _points[f], squares);
            else
                Matern.AddSquares(_theta[f], warped[f], _points[f], squares);
        }

        Matern.Apply(Amplitude, squares, values, slopes);
    }

    /// <summary>The covariance of two warped points.</summary>
    public double Covariance(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        var square = 0.0;
        for (var f = 0; f < _axes.Coordinates; f++)
        {
            var gap = one[f] - other[f];
            square += _theta[f] * (f < _axes.Count && _axes.IsChoice[f] ? (gap == 0 ? 0 : 1) : gap * gap);
        }

        var (value, slope) = (0.0, 0.0);
        Matern.Apply(Amplitude, [square], new Span<double>(ref value), new Span<double>(ref slope));
        return value;
    }

    /// <summary>L⁻¹ k.</summary>
    public void Whiten(ReadOnlySpan<double> covariances, Span<double> whitened)
    {
        for (var i = 0; i < Count; i++)
            whitened[i] = Dense.Dot(covariances[..(i + 1)], _inverseLower.AsSpan(i * Count));
    }

    /// <summary>The variance of the objective, without noise, from L⁻¹ k.</summary>
    public double Variance(ReadOnlySpan<double> whitened) =>
        Math.Max(Amplitude - Dense.Dot(whitened[..Count], whitened), LeastVariance * Amplitude);

    /// <summary>The variances at several points, from their covariances, [point, observation].</summary>
    public void Variances(ReadOnlySpan<double> covariances, Span<double> variances)
    {
        variances.Fill(Amplitude);
        for (var i = 0; i < Count; i++)
        {
            var row = _inverseLower.AsSpan(i * Count, i + 1);
            var c = 0;
            for (; c <= variances.Length - 4; c += 4)
            {
                var dots = Dense.DotFour(row, covariances[(c * Count)..], Count);
                dots *= dots;
                for (var r = 0; r < 4; r++)
                    variances[c + r] -= dots[r];
            }

            for (; c < variances.Length; c++)
            {
                var dot = Dense.Dot(row, covariances[(c * Count)..]);
                variances[c] -= dot * dot;
            }
        }

        foreach (ref var variance in variances)
            variance = Math.Max(variance, LeastVariance * Amplitude);
    }

    /// <summary>
    /// Adds the derivatives, in the raw coordinates of the numeric axes, of Σ weights[j] k(x, x[j]) and of spread times
    /// the variance.
    /// </summary>
    /// <param name="raw">The point.</param>
    /// <param name="warped">The same, warped.</param>
    /// <param name="slopes">Of the covariances, in the squared distance.</param>
    /// <param name="whitened">L⁻¹ k.</param>
    /// <param name="weights">Overwritten.</param>
    /// <param name="spread">What the variance counts.</param>
    /// <param name="gradient">The derivatives are added to these.</param>
    public void AddSlopes(
        ReadOnlySpan<double> raw, ReadOnlySpan<double> warped, ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> whitened, Span<double> weights, double spread, Span<double> gradient)
    {
        for (var i = 0; i < Count; i++) // − 2 spread L⁻ᵀ (L⁻¹ k), the derivative of the variance in k
            Dense.AddScaled(-2 * spread * whitened[i], _inverseLower.AsSpan(i * Count), weights[..(i + 1)]);
        var sum = 0.0;
        for (var j = 0; j < Count; j++)
        {
            weights[j] *= slopes[j];
            sum += weights[j];
        }

        for (var p = 0; p < _axes.Count; p++)
        {
            if (_axes.IsChoice[p])
                continue;
            var inWarped = 2 * _theta[p] * ((sum * warped[p]) - Dense.Dot(weights, _points[p]));
            gradient[p] += inWarped * (_warps[p].IsStraight ? 1 : _warps[p].Slopes(raw[p]).X);
        }
    }

    private bool Factor()
    {
        var (row, slopes) = (new double[Count], new double[Count]);
        var point = new double[_axes.Coordinates];
        for (var i = 0; i < Count; i++)
        {
            for (var f = 0; f < point.Length; f++)
                point[f] = _points[f][i];
            Covariances(point, row, slopes);
            row.AsSpan(0, i).CopyTo(_factor.AsSpan(i * Count));
            _factor[(i * Count) + i] = Amplitude + Noise;
        }

        return Cholesky.TryFactor(_factor, Count);
    }
}
