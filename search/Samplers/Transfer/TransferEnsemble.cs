namespace TuneGraph.Search;

/// <summary>The models of past studies and of the present one, each with how far it is to be trusted.</summary>
/// <param name="Acquisition">What the next trial is chosen by.</param>
/// <param name="PastWeight">The share of the past studies in it.</param>
/// <param name="Leader">The past study that counts most.</param>
internal sealed record TransferEnsemble(Acquisition Acquisition, double PastWeight, string Leader)
{
    private const int Draws = 64;

    /// <summary>The ensemble; null where no past study is to be trusted.</summary>
    /// <param name="axes">The axes of the present space.</param>
    /// <param name="seen">The present study's trials.</param>
    /// <param name="past">The past studies.</param>
    /// <param name="memo">Remembers the fits.</param>
    /// <param name="random">All the chance there is.</param>
    public static TransferEnsemble? Of(
        GpAxes axes, GpObservations seen, IReadOnlyList<PastStudy> past, GpFitMemo memo, SearchRandom random)
    {
        GpPosterior[] posteriors =
            [.. past.Select((study, i) => Posterior(axes, study.Codes, study.Losses, 1 + i, memo).Posterior)];
        var draws = past.Select((study, i) => Fantasies.Draw(
            axes, posteriors[i], [.. seen.Codes.Select(codes => study.Masked(codes))], Draws, random)).ToList();
        var (own, at, targets) = Posterior(axes, seen.Codes, seen.Losses, 0, memo);
        var weights = RankingWeights.Of(draws, LeaveOneOut(axes, at, seen.Codes, targets, random), seen.Losses);
        if (weights[^1] == 1)
            return null;
        var members = new List<(GpPosterior Posterior, double Weight, Func<double[], double[]> See)>();
        for (var i = 0; i < posteriors.Length; i++)
        {
            var study = past[i];
            if (weights[i] > 0)
                members.Add((posteriors[i], weights[i], codes => study.Masked(codes)));
        }

        if (weights[^1] > 0)
            members.Add((own, weights[^1], static codes => codes));
        var acquisition = new EnsembleImprovement(axes, members);
        acquisition.CountFrom([.. seen.Codes, .. seen.Running]);
        var leader = Array.IndexOf(weights, weights[..^1].Max());
        return new(acquisition, 1 - weights[^1], past[leader].Name);
    }

    private static (GpPosterior Posterior, GpHyperparameters At, double[] Targets) Posterior(
        GpAxes axes, double[][] codes, double[] losses, int quantity, GpFitMemo memo)
    {
        var fit = memo.Fit(quantity, axes, codes, losses, warpOutputs: true, warpInputs: true);
        var targets = losses.ToArray();
        OutputWarp.Center(targets);
        OutputWarp.Apply(fit.Exponent, targets);
        var posterior = new GpPosterior(axes, fit.At, axes.PlaceAll(codes));
        posterior.Observe(targets);
        return (posterior, fit.At, targets);
    }

    /// <summary>Draws of what the model of all other trials expects of each, [draw][trial].</summary>
    private static double[][] LeaveOneOut(
        GpAxes axes, GpHyperparameters at, double[][] codes, double[] targets, SearchRandom random)
    {
        var draws = new double[Draws][];
        for (var s = 0; s < Draws; s++)
            draws[s] = new double[codes.Length];
        for (var k = 0; k < codes.Length; k++)
        {
            double[][] others = [.. codes[..k], .. codes[(k + 1)..]];
            var posterior = new GpPosterior(axes, at, axes.PlaceAll(others));
            posterior.Observe([.. targets[..k], .. targets[(k + 1)..]]);
            var drawn = Fantasies.Draw(axes, posterior, [codes[k]], Draws, random);
            for (var s = 0; s < Draws; s++)
                draws[s][k] = drawn[s % drawn.Length][0];
        }

        return draws;
    }
}
