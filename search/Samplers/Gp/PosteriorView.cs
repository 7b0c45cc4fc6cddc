namespace TuneGraph.Search;

/// <summary>
/// What a model believes at points that are looked at: a mean for each of its lists of targets and one deviation; and
/// how both change with the codes.
/// </summary>
internal sealed class PosteriorView
{
    /// <summary>How many points are looked at together at most.</summary>
    public const int Block = 64;

    private readonly GpAxes _axes;
    private readonly GpPosterior _posterior;
    private readonly double[] _covariances;
    private readonly double[] _deviations = new double[Block];
    private readonly double[] _slopes;
    private readonly double[] _whitened;
    private readonly double[] _weights;
    private readonly double[] _raw;
    private readonly double[] _warped;

    public PosteriorView(GpAxes axes, GpPosterior posterior)
    {
        (_axes, _posterior) = (axes, posterior);
        _covariances = new double[Block * posterior.Count];
        (_slopes, _whitened) = (new double[posterior.Count], new double[posterior.Count]);
        _weights = new double[posterior.Count];
        (_raw, _warped) = (new double[axes.Coordinates], new double[axes.Coordinates]);
    }

    /// <summary>How many lists of targets the model has.</summary>
    public int Fantasies => _posterior.Alphas.Length;

    /// <summary>Looks at some of these points, a block at most.</summary>
    public void Look(IReadOnlyList<double[]> codes, int start, int count)
    {
        for (var c = 0; c < count; c++)
        {
            _axes.Place(codes[start + c], _warped);
            _posterior.Warp(_warped);
            _posterior.Covariances(_warped, Covariances(c), _slopes);
        }

        _posterior.Variances(_covariances, _deviations.AsSpan(0, count));
        for (var c = 0; c < count; c++)
            _deviations[c] = Math.Sqrt(_deviations[c]);
    }

    /// <summary>Looks at one point so that its slopes can be asked for.</summary>
    public void Look(ReadOnlySpan<double> codes)
    {
        _axes.Place(codes, _raw);
        _raw.CopyTo(_warped, 0);
        _posterior.Warp(_warped);
        _posterior.Covariances(_warped, Covariances(0), _slopes);
        _posterior.Whiten(Covariances(0), _whitened);
        _deviations[0] = Math.Sqrt(_posterior.Variance(_whitened));
    }

    /// <summary>The mean at one of the points looked at.</summary>
    public double Mean(int fantasy, int point = 0) => Dense.Dot(Covariances(point), _posterior.Alphas[fantasy]);

    /// <summary>The standard deviation at one of the points looked at.</summary>
    public double Deviation(int point = 0) => _deviations[point];

    /// <summary>
    /// Adds the derivatives in the codes of the numeric axes of what depends on the means and on the deviation at the
    /// one point looked at.
    /// </summary>
    /// <param name="inMeans">The derivative in each mean.</param>
    /// <param name="inDeviation">The derivative in the deviation.</param>
    /// <param name="gradient">The derivatives are added to these.</param>
    public void AddSlopes(ReadOnlySpan<double> inMeans, double inDeviation, Span<double> gradient)
    {
        _weights.AsSpan().Clear();
        for (var s = 0; s < inMeans.Length; s++)
            Dense.AddScaled(inMeans[s], _posterior.Alphas[s], _weights);
        var spread = inDeviation / (2 * _deviations[0]);
        _posterior.AddSlopes(_raw, _warped, _slopes, _whitened, _weights, spread, gradient);
    }

    private Span<double> Covariances(int point) => _covariances.AsSpan(point * _posterior.Count, _posterior.Count);
}
