namespace TuneGraph.Search;

/// <summary>
/// The negative logarithm of the posterior density of the hyperparameters, up to a constant, and its gradient
/// (Rasmussen and Williams, (5.8) and (5.9), and the priors of <see cref="GpPrior"/>).
/// </summary>
internal sealed class GpEvidence
{
    private readonly GpAxes _axes;
    private readonly GpPrior _prior;
    private readonly double[][] _points; // [coordinate][observation], not warped
    private readonly double[] _targets;
    private readonly int _n;
    private readonly double[][] _warped;
    private readonly double[] _l; // first the covariance, then its factor
    private readonly double[] _slopes; // of the kernel in the squared distance; then the weights of the gradient
    private readonly double[] _inverseLower;
    private readonly double[] _inverse;
    private readonly double[] _alpha;
    private readonly double[] _product;
    private readonly double[] _rowSums;

    public GpEvidence(GpAxes axes, GpPrior prior, double[][] points, double[] targets)
    {
        (_axes, _prior, _points, _targets, _n) = (axes, prior, points, targets, targets.Length);
        _warped = [.. points.Select(row => row.ToArray())];
        (_l, _slopes) = (new double[_n * _n], new double[_n * _n]);
        (_inverseLower, _inverse) = (new double[_n * _n], new double[_n * _n]);
        (_alpha, _product, _rowSums) = (new double[_n], new double[_n], new double[_n]);
    }

    /// <summary>The value and the gradient in the logarithms of the hyperparameters.</summary>
    public double Evaluate(ReadOnlySpan<double> logs, Span<double> gradient)
    {
        var at = new GpHyperparameters(_axes.Count, logs.ToArray());
        FillCovariance(at);
        if (!Cholesky.TryFactor(_l, _n))
            return double.PositiveInfinity;
        _targets.CopyTo(_alpha, 0);
        Cholesky.SolveLower(_l, _n, _alpha);
        var fit = Dense.Dot(_alpha, _alpha);
        Cholesky.SolveUpper(_l, _n, _alpha);
        var value = (fit / 2) + Cholesky.HalfLogDeterminant(_l, _n);

        FillWeights();
        gradient.Clear();
        var diagonal = 0.0;
        for (var i = 0; i < _n; i++)
            diagonal += _inverse[(i * _n) + i] - (_alpha[i] * _alpha[i]);
        gradient[_axes.Count + 1] = at.Noise * diagonal / 2;
        // ½ tr((K⁻¹ − ααᵀ) (K − τ²I)), without K, which the factor has replaced.
        gradient[_axes.Count] = ((_n - fit) / 2) - gradient[_axes.Count + 1];
        for (var f = 0; f < _axes.Coordinates; f++)
            AddSlopes(f, at, gradient);
        return value + _prior.AddPenalty(logs, gradient);
    }

    private void FillCovariance(GpHyperparameters at)
    {
        for (var p = 0; p < _axes.Count; p++)
        {
            if (_axes.IsChoice[p] || !_prior.WarpsInputs)
                continue;
            var warp = at.Warp(p);
            for (var i = 0; i < _n; i++)
                _warped[p][i] = warp.Apply(_points[p][i]);
        }

        var squares = _product; // free until the gradient
        for (var i = 0; i < _n; i++)
        {
            var row = squares.AsSpan(0, i + 1);
            row.Clear();
            for (var f = 0; f < _axes.Coordinates; f++)
            {
                var theta = at.Relevance(_axes.Owners[f]);
                if (f < _axes.Count && _axes.IsChoice[f])
                    Matern.AddMismatches(theta, _warped[f][i], _warped[f], row);
                else
                    Matern.AddSquares(theta, _warped[f][i], _warped[f], row);
            }

            Matern.Apply(at.Amplitude, row, _l.AsSpan(i * _n), _slopes.AsSpan(i * _n));
            _l[(i * _n) + i] = at.Amplitude + at.Noise;
        }
    }

    /// <summary>
    /// The derivative in each pair's squared distance: V = ½ (K⁻¹ − ααᵀ) ∘ slopes, both triangles, zero diagonal.
    /// </summary>
    private void FillWeights()
    {
        Cholesky.InvertLower(_l, _n, _inverseLower);
        Cholesky.Invert(_inverseLower, _n, _inverse);
        _rowSums.AsSpan().Clear();
        for (var i = 0; i < _n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var at = (i * _n) + j;
                var weight = 0.5 * (_inverse[at] - (_alpha[i] * _alpha[j])) * _slopes[at];
                _slopes[at] = _slopes[(j * _n) + i] = weight;
                _rowSums[i] += weight;
                _rowSums[j] += weight;
            }

            _slopes[(i * _n) + i] = 0;
        }
    }

    /// <summary>
    /// Σ V[i, j] (w[i] − w[j])² = 2 (Σ R[i] w[i]² − wᵀ V w), with the row sums R; and by the chain rule the slopes in
    /// the warp, of which the derivative in w[i] is 4 θ (R[i] w[i] − (V w)[i]).
    /// </summary>
    private void AddSlopes(int coordinate, GpHyperparameters at, Span<double> gradient)
    {
        var axis = _axes.Owners[coordinate];
        var (theta, w) = (at.Relevance(axis), _warped[coordinate]);
        if (coordinate < _axes.Count && _axes.IsChoice[axis])
        {
            gradient[axis] += theta * SumOverMismatches(w);
            return;
        }

        for (var i = 0; i < _n; i++)
            _product[i] = (_rowSums[i] * w[i]) - Dense.Dot(_slopes.AsSpan(i * _n, _n), w);
        gradient[axis] += 2 * theta * Dense.Dot(_product, w);
        if (coordinate >= _axes.Count || !_prior.WarpsInputs)
            return;
        var warp = at.Warp(axis);
        var place = _axes.Count + 2 + (2 * axis);
        for (var i = 0; i < _n; i++)
        {
            var (_, a, b) = warp.Slopes(_points[coordinate][i]);
            gradient[place] += 4 * theta * _product[i] * a;
            gradient[place + 1] += 4 * theta * _product[i] * b;
        }
    }

    private double SumOverMismatches(double[] choices)
    {
        var sum = 0.0;
        for (var i = 0; i < _n; i++)
        {
            var row = _slopes.AsSpan(i * _n, i);
            for (var j = 0; j < row.Length; j++)
                sum += choices[j] == choices[i] ? 0 : row[j];
        }

        return 2 * sum;
    }
}
