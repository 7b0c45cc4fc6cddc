namespace TuneGraph.Search;

/// <summary>An acquisition function of the mean and the deviation that one model gives to a point.</summary>
internal abstract class PosteriorAcquisition : Acquisition
{
    private const int Block = 64; // points whose variances are computed together

    private readonly GpAxes _axes;
    private readonly GpPosterior _posterior;
    private readonly double[] _covariances;
    private readonly double[] _slopes;
    private readonly double[] _whitened;
    private readonly double[] _weights;
    private readonly double[] _raw;
    private readonly double[] _warped;

    protected PosteriorAcquisition(GpAxes axes, GpPosterior posterior)
    {
        (_axes, _posterior) = (axes, posterior);
        _covariances = new double[Block * posterior.Count];
        (_slopes, _whitened) = (new double[posterior.Count], new double[posterior.Count]);
        _weights = new double[posterior.Count];
        (_raw, _warped) = (new double[axes.Coordinates], new double[axes.Coordinates]);
    }

    /// <summary>How many lists of targets the model has.</summary>
    protected int Fantasies => _posterior.Alphas.Length;

    public override void Add(IReadOnlyList<double[]> codes, Span<double> values)
    {
        var n = _posterior.Count;
        Span<double> variances = stackalloc double[Block];
        for (var start = 0; start < codes.Count; start += Block)
        {
            var count = Math.Min(Block, codes.Count - start);
            for (var c = 0; c < count; c++)
            {
                _axes.Place(codes[start + c], _warped);
                _posterior.Warp(_warped);
                _posterior.Covariances(_warped, _covariances.AsSpan(c * n, n), _slopes);
            }

            _posterior.Variances(_covariances, variances[..count]);
            for (var c = 0; c < count; c++)
                values[start + c] += Value(_covariances.AsSpan(c * n, n), Math.Sqrt(variances[c]), default, out _);
        }
    }

    public override double AddSlopes(ReadOnlySpan<double> codes, Span<double> gradient)
    {
        _axes.Place(codes, _raw);
        _raw.CopyTo(_warped, 0);
        _posterior.Warp(_warped);
        var covariances = _covariances.AsSpan(0, _posterior.Count);
        _posterior.Covariances(_warped, covariances, _slopes);
        _posterior.Whiten(covariances, _whitened);
        var deviation = Math.Sqrt(_posterior.Variance(_whitened));
        _weights.AsSpan().Clear();
        var value = Value(covariances, deviation, _weights, out var inDeviation);
        _posterior.AddSlopes(_raw, _warped, _slopes, _whitened, _weights, inDeviation / (2 * deviation), gradient);
        return value;
    }

    /// <summary>The value at a point.</summary>
    /// <param name="covariances">The covariances of the point with the observations.</param>
    /// <param name="deviation">Its standard deviation.</param>
    /// <param name="weights">Receives the derivatives in the covariances through the means; may be empty.</param>
    /// <param name="inDeviation">Receives the derivative in the deviation.</param>
    protected abstract double Value(
        ReadOnlySpan<double> covariances, double deviation, Span<double> weights, out double inDeviation);

    /// <summary>The mean at a point.</summary>
    protected double Mean(int fantasy, ReadOnlySpan<double> covariances) =>
        Dense.Dot(covariances, _posterior.Alphas[fantasy]);

    /// <summary>Adds what a derivative in the mean is in the covariances; nothing where nobody asks.</summary>
    protected void AddMean(int fantasy, double inMean, Span<double> weights) =>
        Dense.AddScaled(inMean, _posterior.Alphas[fantasy].AsSpan(0, weights.Length), weights);
}
