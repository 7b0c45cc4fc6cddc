namespace TuneGraph.Search;

/// <summary>
/// The logarithm of the improvement that a weighted sum of independent models expects: its mean is Σ w μ and its
/// variance Σ w² σ² (Feurer et al., arXiv 1802.02219, (3) and (4)).
/// </summary>
/// <param name="axes">The axes.</param>
/// <param name="members">The models, each with its weight, and how it sees codes.</param>
internal sealed class EnsembleImprovement(
    GpAxes axes, IReadOnlyList<(GpPosterior Posterior, double Weight, Func<double[], double[]> See)> members)
    : Acquisition
{
    private readonly PosteriorView[] _views = [.. members.Select(member => new PosteriorView(axes, member.Posterior))];
    private readonly double[] _means = new double[members.Count];
    private readonly double[] _deviations = new double[members.Count];
    private double _best = double.PositiveInfinity;

    /// <summary>Improvements count from the least mean at these codes.</summary>
    public void CountFrom(IEnumerable<double[]> codes)
    {
        foreach (var point in codes)
        {
            Look(point);
            _best = Math.Min(_best, Together().Mean);
        }
    }

    public override void Add(IReadOnlyList<double[]> codes, Span<double> values)
    {
        for (var k = 0; k < codes.Count; k++)
        {
            Look(codes[k]);
            var (mean, deviation) = Together();
            values[k] += LogImprovement.Of(mean, deviation, _best).Log;
        }
    }

    public override double AddSlopes(ReadOnlySpan<double> codes, Span<double> gradient)
    {
        Look(codes.ToArray());
        var (mean, deviation) = Together();
        var (log, inMean, inDeviation) = LogImprovement.Of(mean, deviation, _best);
        for (var i = 0; i < _views.Length; i++)
        {
            var weight = members[i].Weight;
            var inOne = inDeviation * weight * weight * _deviations[i] / deviation;
            _views[i].AddSlopes([weight * inMean], inOne, gradient);
        }

        return log;
    }

    private void Look(double[] codes)
    {
        for (var i = 0; i < _views.Length; i++)
        {
            _views[i].Look(members[i].See(codes));
            (_means[i], _deviations[i]) = (_views[i].Mean(0), _views[i].Deviation());
        }
    }

    private (double Mean, double Deviation) Together()
    {
        var (mean, variance) = (0.0, 0.0);
        for (var i = 0; i < _means.Length; i++)
        {
            mean += members[i].Weight * _means[i];
            variance += members[i].Weight * members[i].Weight * _deviations[i] * _deviations[i];
        }

        return (mean, Math.Sqrt(variance));
    }
}
