namespace TuneGraph.Search;

/// <summary>From a study's observations to the acquisition function of its next trial.</summary>
internal static class GpSurrogate
{
    /// <summary>
    /// The expected improvement over the best feasible trial, times the probability of each constraint; before there is
    /// a feasible trial, that probability alone.
    /// </summary>
    public static Acquisition Build(
        GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options, bool warpOutputs, SearchRandom random)
    {
        var parts = new List<Acquisition>();
        if (Enumerable.Range(0, seen.Count).Any(seen.IsGood) || seen.Constraints == 0)
            parts.Add(Improvement(axes, seen, memo, options, warpOutputs, random));
        for (var c = 0; c < seen.Constraints; c++)
            parts.Add(Feasibility(c, axes, seen, memo, options));
        return parts.Count == 1 ? parts[0] : new JointAcquisition(parts);
    }

    private static LogImprovement Improvement(
        GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options, bool warpOutputs, SearchRandom random)
    {
        var fit = memo.Fit(0, axes, seen.Codes, seen.Losses, warpOutputs, options.WarpInputs);
        var targets = seen.Losses.ToArray();
        OutputWarp.Center(targets);
        OutputWarp.Apply(fit.Exponent, targets);
        var posterior = new GpPosterior(axes, fit.At, axes.PlaceAll(seen.Codes));
        posterior.Observe(targets);
        var best = Best(posterior, targets, seen);
        if (seen.Running.Length == 0)
            return new(axes, posterior, [best]);
        var draws = Fantasies.Draw(axes, posterior, seen.Running, options.Fantasies, random);
        var full = new GpPosterior(axes, fit.At, axes.PlaceAll([.. seen.Codes, .. seen.Running]));
        full.Observe([.. draws.Select(draw => (double[])[.. targets, .. draw])]);
        return new(axes, full, [.. draws.Select(draw => Math.Min(best, draw.Min()))]);
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

    private static LogFeasibility Feasibility(
        int constraint, GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options)
    {
        var (places, values) = seen.Constraint(constraint);
        var codes = places.Select(k => seen.Codes[k]).ToArray();
        var fit = memo.Fit(1 + constraint, axes, codes, values, false, options.WarpInputs);
        var (targets, limit) = OutputWarp.Standardize(values, 0);
        var posterior = new GpPosterior(axes, fit.At, axes.PlaceAll(codes));
        posterior.Observe(targets);
        return new(axes, posterior, limit);
    }
}
