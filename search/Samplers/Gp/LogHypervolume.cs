namespace TuneGraph.Search;

/// <summary>
/// The logarithm of the hypervolume that a further trial is expected to add to the front (logEHVI: Daulton et al.,
/// "Differentiable expected hypervolume improvement for parallel multi-objective Bayesian optimization", NeurIPS 2020,
/// and Ament et al., NeurIPS 2023), with an independent model for each objective. With trials running it is the mean
/// over fantasies of what those will report, in each of which they have joined the front.
/// </summary>
/// <param name="axes">The axes.</param>
/// <param name="posteriors">The model of each objective, with a list of targets for each fantasy.</param>
/// <param name="boxes">What the front leaves free in each fantasy.</param>
internal sealed class LogHypervolume(
    GpAxes axes, IReadOnlyList<GpPosterior> posteriors, IReadOnlyList<NonDominatedBoxes> boxes) : Acquisition
{
    private readonly PosteriorView[] _views = [.. posteriors.Select(posterior => new PosteriorView(axes, posterior))];
    private readonly HypervolumeGain[] _gains = [.. boxes.Select(free => new HypervolumeGain(free))];
    private readonly double[] _logs = new double[boxes.Count];
    private readonly double[] _means = new double[posteriors.Count];
    private readonly double[] _deviations = new double[posteriors.Count];
    private readonly double[] _inMeans = new double[posteriors.Count * boxes.Count]; // [fantasy, objective]
    private readonly double[] _inDeviations = new double[posteriors.Count * boxes.Count];

    public override void Add(IReadOnlyList<double[]> codes, Span<double> values)
    {
        for (var start = 0; start < codes.Count; start += PosteriorView.Block)
        {
            var count = Math.Min(PosteriorView.Block, codes.Count - start);
            foreach (var view in _views)
                view.Look(codes, start, count);
            for (var c = 0; c < count; c++)
                values[start + c] += Value(c, slopes: false);
        }
    }

    public override double AddSlopes(ReadOnlySpan<double> codes, Span<double> gradient)
    {
        foreach (var view in _views)
            view.Look(codes);
        var value = Value(0, slopes: true);
        var inMeans = new double[_gains.Length];
        for (var j = 0; j < _views.Length; j++)
        {
            var inDeviation = 0.0;
            for (var s = 0; s < _gains.Length; s++)
            {
                var share = Math.Exp(_logs[s] - value) / _gains.Length;
                inMeans[s] = share * _inMeans[(s * _views.Length) + j];
                inDeviation += share * _inDeviations[(s * _views.Length) + j];
            }

            _views[j].AddSlopes(inMeans, inDeviation, gradient);
        }

        return value;
    }

    /// <summary>The value at one of the points that the views look at.</summary>
    private double Value(int point, bool slopes)
    {
        var count = _views.Length;
        for (var j = 0; j < count; j++)
            _deviations[j] = _views[j].Deviation(point);
        for (var s = 0; s < _gains.Length; s++)
        {
            for (var j = 0; j < count; j++)
                _means[j] = _views[j].Mean(s, point);
            var length = slopes ? count : 0;
            _logs[s] = _gains[s].Log(
                _means, _deviations, _inMeans.AsSpan(s * count, length), _inDeviations.AsSpan(s * count, length));
        }

        return Vectors.LogSumExp(_logs) - Math.Log(_logs.Length);
    }
}
