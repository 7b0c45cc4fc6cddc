namespace TuneGraph.Search;

/// <summary>
/// Learning rates that follow the signal-to-noise ratio of the updates, for noisy and multimodal objectives: Nomura,
/// Akimoto and Ono, "CMA-ES with learning rate adaptation" (GECCO 2023, arXiv 2304.03473), algorithm 2.
/// </summary>
internal sealed class CmaLearningRates
{
    /// <summary>α: the ratio of SNR to learning rate that is aimed at.</summary>
    private const double Target = 1.4;

    /// <summary>γ: how fast a learning rate may change.</summary>
    private const double Damping = 0.1;

    private readonly Estimate _mean = new(0.1);
    private readonly Estimate _sigma = new(0.03);

    /// <summary>
    /// Takes back a part of one update; the mean is changed in place, and step size and matrix are returned.
    /// </summary>
    public (double Sigma, Covariance C) Slow(
        double[] mean, double[] oldMean, (double Sigma, Covariance C) next, (double Sigma, Covariance C) old)
    {
        var n = mean.Length;
        var (change, local) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
            change[i] = (mean[i] - oldMean[i]) / old.Sigma;
        old.C.Whiten(change, local);
        var scale = next.Sigma * next.Sigma / (old.Sigma * old.Sigma);
        var shape = old.C.ChangeTo(next.C, scale);
        foreach (ref var entry in shape.AsSpan())
            entry /= Math.Sqrt(2);

        var before = _mean.Rate;
        _mean.Learn(local);
        _sigma.Learn(shape);
        for (var i = 0; i < n; i++)
            mean[i] = oldMean[i] + (_mean.Rate * (mean[i] - oldMean[i]));
        var blend = old.C.Towards(next.C, scale, _sigma.Rate);
        var variance = blend.MeanVariance();
        return (old.Sigma * Math.Sqrt(variance) * before / _mean.Rate, blend.Scaled(1 / variance));
    }

    /// <summary>One learning rate (η) and the moving averages behind it.</summary>
    private sealed class Estimate(double beta)
    {
        private double[]? _average; // E
        private double _square; // V

        public double Rate { get; private set; } = 1;

        public void Learn(double[] change)
        {
            _average ??= new double[change.Length];
            var (squares, length) = (0.0, 0.0);
            for (var i = 0; i < change.Length; i++)
            {
                _average[i] = ((1 - beta) * _average[i]) + (beta * change[i]);
                squares += change[i] * change[i];
                length += _average[i] * _average[i];
            }

            _square = ((1 - beta) * _square) + (beta * squares);
            var snr = (length - (beta / (2 - beta) * _square)) / (_square - length);
            if (!double.IsFinite(snr))
                return; // nothing has moved yet
            var relative = Math.Clamp((snr / Target / Rate) - 1, -1, 1);
            Rate = Math.Min(1, Rate * Math.Exp(Math.Min(Damping * Rate, beta) * relative));
        }
    }
}
