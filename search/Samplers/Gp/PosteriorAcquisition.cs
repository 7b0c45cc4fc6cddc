namespace TuneGraph.Search;

/// <summary>An acquisition function of the mean and the deviation that one model gives to a point.</summary>
internal abstract class PosteriorAcquisition(GpAxes axes, GpPosterior posterior) : Acquisition
{
    private readonly PosteriorView _view = new(axes, posterior);
    private readonly double[] _means = new double[posterior.Alphas.Length];
    private readonly double[] _inMeans = new double[posterior.Alphas.Length];

    public override void Add(IReadOnlyList<double[]> codes, Span<double> values)
    {
        for (var start = 0; start < codes.Count; start += PosteriorView.Block)
        {
            var count = Math.Min(PosteriorView.Block, codes.Count - start);
            _view.Look(codes, start, count);
            for (var c = 0; c < count; c++)
                values[start + c] += Value(Means(c), _view.Deviation(c), default, out _);
        }
    }

    public override double AddSlopes(ReadOnlySpan<double> codes, Span<double> gradient)
    {
        _view.Look(codes);
        var value = Value(Means(0), _view.Deviation(), _inMeans, out var inDeviation);
        _view.AddSlopes(_inMeans, inDeviation, gradient);
        return value;
    }

    /// <summary>The value at a point.</summary>
    /// <param name="means">Its mean in each fantasy.</param>
    /// <param name="deviation">Its standard deviation.</param>
    /// <param name="inMeans">Receives the derivative in each mean; empty where nobody asks.</param>
    /// <param name="inDeviation">Receives the derivative in the deviation.</param>
    protected abstract double Value(
        ReadOnlySpan<double> means, double deviation, Span<double> inMeans, out double inDeviation);

    private double[] Means(int point)
    {
        for (var s = 0; s < _means.Length; s++)
            _means[s] = _view.Mean(s, point);
        return _means;
    }
}
