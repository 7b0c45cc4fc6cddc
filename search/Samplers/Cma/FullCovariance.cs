namespace TuneGraph.Search;

/// <summary>A full matrix, decomposed when it is made.</summary>
internal sealed class FullCovariance : Covariance
{
    /// <summary>Eigenvalues that rounding has made negative are taken for this.</summary>
    private const double LeastEigenvalue = 1e-16;

    private readonly double[] _c; // [row, column]
    private readonly double[] _b; // [row, column]; columns are the axes
    private readonly double[] _d;

    public FullCovariance(double[] matrix)
    {
        _c = matrix;
        _d = new double[(int)Math.Round(Math.Sqrt(matrix.Length))];
        _b = new double[matrix.Length];
        SymmetricEigen.Decompose(matrix, _d, _b);
        foreach (ref var d in _d.AsSpan())
            d = Math.Sqrt(Math.Max(d, LeastEigenvalue));
    }

    public override int Dimensions => _d.Length;

    public override ReadOnlySpan<double> Lengths => _d;

    /// <summary>The entries, row by row.</summary>
    public ReadOnlySpan<double> Matrix => _c;

    public static FullCovariance Identity(int n)
    {
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
            matrix[(i * n) + i] = 1;
        return new(matrix);
    }

    public override double Variance(int i) => _c[(i * Dimensions) + i];

    public override void Color(ReadOnlySpan<double> z, Span<double> y)
    {
        var n = Dimensions;
        for (var i = 0; i < n; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < n; j++)
                sum += _b[(i * n) + j] * _d[j] * z[j];
            y[i] = sum;
        }
    }

    public override void Whiten(ReadOnlySpan<double> y, Span<double> z)
    {
        var n = Dimensions;
        Span<double> along = new double[n]; // D^(−1) Bᵀ y
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                along[j] += _b[(i * n) + j] * y[i];
        }

        for (var j = 0; j < n; j++)
            along[j] /= _d[j];
        for (var i = 0; i < n; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < n; j++)
                sum += _b[(i * n) + j] * along[j];
            z[i] = sum;
        }
    }

    public override void Axis(int i, Span<double> b)
    {
        for (var row = 0; row < Dimensions; row++)
            b[row] = _b[(row * Dimensions) + i];
    }

    public override Covariance Updated(double keep, ReadOnlySpan<double> weights, IReadOnlyList<double[]> ys)
    {
        var n = Dimensions;
        var next = new double[n * n];
        for (var i = 0; i < next.Length; i++)
            next[i] = keep * _c[i];
        for (var k = 0; k < ys.Count; k++)
        {
            for (var i = 0; i < n; i++)
            {
                var left = weights[k] * ys[k][i];
                for (var j = 0; j < n; j++)
                    next[(i * n) + j] += left * ys[k][j];
            }
        }

        return new FullCovariance(next);
    }

    public override double[] ChangeTo(Covariance next, double scale)
    {
        var n = Dimensions;
        var other = ((FullCovariance)next)._c;
        var change = new double[n * n];
        for (var i = 0; i < change.Length; i++)
            change[i] = (scale * other[i]) - _c[i];
        // The matrix is symmetric: whiten its rows, and then the rows of the transposed.
        for (var turn = 0; turn < 2; turn++)
        {
            var turned = new double[n * n];
            var z = new double[n];
            for (var i = 0; i < n; i++)
            {
                Whiten(change.AsSpan(i * n, n), z);
                for (var j = 0; j < n; j++)
                    turned[(j * n) + i] = z[j];
            }

            change = turned;
        }

        return change;
    }

    public override Covariance Towards(Covariance next, double scale, double rate)
    {
        var other = ((FullCovariance)next)._c;
        var between = new double[_c.Length];
        for (var i = 0; i < between.Length; i++)
            between[i] = _c[i] + (rate * ((scale * other[i]) - _c[i]));
        return new FullCovariance(between);
    }

    public override Covariance Scaled(double factor) => new FullCovariance([.. _c.Select(c => c * factor)]);
}
