namespace TuneGraph.Search;

/// <summary>The acquisition function of a study's next trial, and what its values mean.</summary>
/// <param name="Acquisition">The logarithm of the improvement, in the model's units, times the chance to be allowed.
/// </param>
/// <param name="Fit">The model of the loss; null where nothing can be improved yet.</param>
/// <param name="LossesPerUnit">
/// What a unit of the model is in units of the loss, near the best; null where nothing can be improved yet.
/// </param>
internal sealed record GpSurrogate(Acquisition Acquisition, GpFit? Fit, double? LossesPerUnit)
{
    /// <summary>What its value at a proposal means, for people.</summary>
    public string Explain(double log) => FormattableString.Invariant(
        LossesPerUnit is { } unit
            ? $"expected gain {Math.Exp(log) * unit:G3} (logEI {log:F1})"
            : (FormattableString)$"probability {Math.Exp(log):G3} of keeping the constraints");

    /// <summary>
    /// The expected improvement over the best feasible trial, times the probability of each constraint; before there is
    /// a feasible trial, that probability alone.
    /// </summary>
    public static GpSurrogate Of(
        GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options, bool warpOutputs, SearchRandom random)
    {
        var parts = new List<Acquisition>();
        var (fit, unit) = (default(GpFit), default(double?));
        if (Enumerable.Range(0, seen.Count).Any(seen.IsGood) || seen.Constraints == 0)
        {
            (var improvement, fit, unit) = Improvement(axes, seen, memo, options, warpOutputs, random);
            parts.Add(improvement);
        }

        for (var c = 0; c < seen.Constraints; c++)
            parts.Add(LogFeasibility.Of(c, axes, seen, memo, options));
        if (Plateaus.Of(axes, seen) is { } plateaus)
            parts.Add(new PlateauNovelty(plateaus, axes.Count));
        return new(parts.Count == 1 ? parts[0] : new JointAcquisition(parts), fit, unit);
    }

    private static (LogImprovement, GpFit, double) Improvement(
        GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options, bool warpOutputs, SearchRandom random)
    {
        var fit = memo.Fit(0, axes, seen.Codes, seen.Losses, warpOutputs, options.WarpInputs);
        var targets = seen.Losses.ToArray();
        var span = OutputWarp.Center(targets);
        var unit = span * OutputWarp.UnitAtLeast(fit.Exponent, targets);
        OutputWarp.Apply(fit.Exponent, targets);
        var posterior = new GpPosterior(axes, fit.At, axes.PlaceAll(seen.Codes));
        posterior.Observe(targets);
        var best = Best(posterior, targets, seen);
        if (seen.Running.Length == 0)
            return (new(axes, posterior, [best]), fit, unit);
        // The warped model exploits, and believes what it expects of the running trials; the other draws fantasies.
        var draws = Fantasies.Draw(axes, posterior, seen.Running, warpOutputs ? 0 : options.Fantasies, random);
        var full = new GpPosterior(axes, fit.At, axes.PlaceAll([.. seen.Codes, .. seen.Running]));
        full.Observe([.. draws.Select(draw => (double[])[.. targets, .. draw])]);
        return (new(axes, full, [.. draws.Select(draw => Math.Min(best, draw.Min()))]), fit, unit);
    }

    /// <summary>
    /// The least mean at a good trial, Kα = y − τ²α: with noise more trustworthy than the least loss.
    /// </summary>
    private static double Best(GpPosterior posterior, double[] targets, GpObservations seen)
    {
        var best = double.PositiveInfinity;
        for (var k = 0; k < targets.Length; k++)
        {
            if (seen.IsGood(k))
                best = Math.Min(best, targets[k] - (posterior.Noise * posterior.Alphas[0][k]));
        }

        return double.IsFinite(best) ? best : targets.Min();
    }
}
