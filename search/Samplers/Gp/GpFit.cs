namespace TuneGraph.Search;

/// <summary>Fitted hyperparameters, and the exponent of the output warping that goes with them.</summary>
internal sealed record GpFit(GpHyperparameters At, double Exponent)
{
    private const int Screened = 80; // observations on which the variants are compared
    private const int ScreenEvaluations = 30;
    private const int PolishEvaluations = 15;
    private const double Tolerance = 1e-2;

    /// <summary>What an input warping must gain, in units of log density, for each axis that it bends.</summary>
    private const double WarpCost = 2;

    /// <summary>
    /// The likeliest of several local maxima of the posterior density: with losses warped or left as they are, inputs
    /// warped or not, and a start from long lengths and one from short ones. Of many observations an even selection
    /// decides between these, and the best is refined with all.
    /// </summary>
    /// <param name="axes">The axes.</param>
    /// <param name="codes">The codes of each observation.</param>
    /// <param name="centred">The losses, as <see cref="OutputWarp.Center"/> leaves them.</param>
    /// <param name="warpOutputs">Whether an output warping is considered.</param>
    /// <param name="warpInputs">Whether an input warping is considered.</param>
    public static GpFit Of(GpAxes axes, double[][] codes, double[] centred, bool warpOutputs, bool warpInputs)
    {
        double[] exponents = warpOutputs ? [OutputWarp.MostLikely(centred), 1] : [1];
        var stride = (centred.Length + Screened - 1) / Screened;
        double[] some = [.. centred.Where((_, k) => k % stride == 0)];
        var points = axes.PlaceAll([.. codes.Where((_, k) => k % stride == 0)]);
        var (least, best, straight) = (double.PositiveInfinity, default(GpFit), true);
        bool[] warpings = warpInputs ? [false, true] : [false];
        foreach (var (exponent, warps) in exponents.SelectMany(e => warpings.Select(w => (e, w))))
        {
            var targets = some.ToArray();
            var cost = (warps ? WarpCost * axes.Count : 0) - OutputWarp.Apply(exponent, targets);
            var prior = new GpPrior(axes, warps);
            var evidence = new GpEvidence(axes, prior, points, targets);
            foreach (var start in prior.Starts())
            {
                var value = Minimize(evidence, prior, start, ScreenEvaluations) + cost;
                if (best is null || value < least)
                    (least, best, straight) = (value, new(new(axes.Count, start), exponent), !warps);
            }
        }

        return stride == 1 ? best! : Polish(best!, new(axes, !straight), axes, codes, centred);
    }

    private static GpFit Polish(GpFit fit, GpPrior prior, GpAxes axes, double[][] codes, double[] centred)
    {
        var targets = centred.ToArray();
        OutputWarp.Apply(fit.Exponent, targets);
        var logs = fit.At.Logs.ToArray();
        Minimize(new(axes, prior, axes.PlaceAll(codes), targets), prior, logs, PolishEvaluations);
        return fit with { At = new(axes.Count, logs) };
    }

    private static double Minimize(GpEvidence evidence, GpPrior prior, double[] logs, int evaluations)
    {
        var (low, high) = prior.Bounds();
        return new BoundedMinimizer(logs.Length).Minimize(evidence.Evaluate, logs, low, high, evaluations, Tolerance);
    }
}
