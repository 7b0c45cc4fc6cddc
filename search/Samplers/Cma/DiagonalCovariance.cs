namespace TuneGraph.Search;

/// <summary>A diagonal matrix: the axes are the coordinates.</summary>
internal sealed class DiagonalCovariance : Covariance
{
    private const double LeastVariance = 1e-16;

    private readonly double[] _d;

    public DiagonalCovariance(IEnumerable<double> variances) =>
        _d = [.. variances.Select(v => Math.Sqrt(Math.Max(v, LeastVariance)))];

    public override int Dimensions => _d.Length;

    public override ReadOnlySpan<double> Lengths => _d;

    public static DiagonalCovariance Identity(int n) => new(Enumerable.Repeat(1.0, n));

    public override double Variance(int i) => _d[i] * _d[i];

    public override void Color(ReadOnlySpan<double> z, Span<double> y)
    {
        for (var i = 0; i < _d.Length; i++)
            y[i] = _d[i] * z[i];
    }

    public override void Whiten(ReadOnlySpan<double> y, Span<double> z)
    {
        for (var i = 0; i < _d.Length; i++)
            z[i] = y[i] / _d[i];
    }

    public override void Axis(int i, Span<double> b)
    {
        b.Clear();
        b[i] = 1;
    }

    public override Covariance Updated(double keep, ReadOnlySpan<double> weights, IReadOnlyList<double[]> ys)
    {
        var next = new double[_d.Length];
        for (var i = 0; i < next.Length; i++)
        {
            next[i] = keep * Variance(i);
            for (var k = 0; k < ys.Count; k++)
                next[i] += weights[k] * ys[k][i] * ys[k][i];
        }

        return new DiagonalCovariance(next);
    }

    public override double[] ChangeTo(Covariance next, double scale) =>
        [.. _d.Select((_, i) => (scale * next.Variance(i) / Variance(i)) - 1)];

    public override Covariance Towards(Covariance next, double scale, double rate) =>
        new DiagonalCovariance(_d.Select((_, i) => Variance(i) + (rate * ((scale * next.Variance(i)) - Variance(i)))));

    public override Covariance Scaled(double factor) => new DiagonalCovariance(_d.Select(d => d * d * factor));
}
