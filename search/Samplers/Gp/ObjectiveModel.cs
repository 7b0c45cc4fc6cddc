namespace TuneGraph.Search;

/// <summary>The model of one of several objectives, in units of its own.</summary>
/// <param name="Posterior">The model, with a list of targets for each fantasy.</param>
/// <param name="Believed">
/// The mean at each observation, Kα = y − τ²α: with noise more trustworthy than the loss.
/// </param>
/// <param name="Draws">What the running trials report in each fantasy; empty where none runs.</param>
/// <param name="Unit">What a unit of the model is in units of the loss.</param>
internal sealed record ObjectiveModel(GpPosterior Posterior, double[] Believed, double[][] Draws, double Unit)
{
    /// <summary>The model of these losses. They are not warped: volumes are compared as they are.</summary>
    public static ObjectiveModel Of(
        GpAxes axes, GpObservations seen, double[] losses, GpFitMemo memo, int quantity, GpOptions options,
        SearchRandom random)
    {
        var fit = memo.Fit(quantity, axes, seen.Codes, losses, warpOutputs: false, options.WarpInputs);
        var targets = losses.ToArray();
        var unit = OutputWarp.Center(targets) * OutputWarp.UnitAtLeast(fit.Exponent, targets);
        OutputWarp.Apply(fit.Exponent, targets);
        var posterior = new GpPosterior(axes, fit.At, axes.PlaceAll(seen.Codes));
        posterior.Observe(targets);
        double[] believed = [.. targets.Select((y, k) => y - (posterior.Noise * posterior.Alphas[0][k]))];
        if (seen.Running.Length == 0)
            return new(posterior, believed, [], unit);
        var draws = Fantasies.Draw(axes, posterior, seen.Running, options.Fantasies, random);
        var full = new GpPosterior(axes, fit.At, axes.PlaceAll([.. seen.Codes, .. seen.Running]));
        full.Observe([.. draws.Select(draw => (double[])[.. targets, .. draw])]);
        return new(full, believed, draws, unit);
    }
}
