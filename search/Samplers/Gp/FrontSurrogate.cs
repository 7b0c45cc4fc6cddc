namespace TuneGraph.Search;

/// <summary>The acquisition function of the next trial of a study with several objectives.</summary>
/// <param name="Acquisition">The logarithm of the hypervolume to be gained, in the models' units, times the chance to
/// be allowed.</param>
/// <param name="VolumePerUnit">What a unit of the models is in units of the objectives' product; null where nothing
/// can be gained yet.</param>
internal sealed record FrontSurrogate(Acquisition Acquisition, double? VolumePerUnit)
{
    private const double Margin = 0.1;

    /// <summary>A front of more points is thinned out, for the boxes about it would be too many.</summary>
    private static readonly int[] _largestFront = [0, 0, 200, 100, 50];

    /// <summary>What its value at a proposal means, for people.</summary>
    public string Explain(double log) => FormattableString.Invariant(
        VolumePerUnit is { } unit
            ? $"expected hypervolume gain {Math.Exp(log) * unit:G3} (logEHVI {log:F1})"
            : (FormattableString)$"probability {Math.Exp(log):G3} of keeping the constraints");

    /// <summary>
    /// The hypervolume to be gained over the feasible trials, times the probability of each constraint; before there is
    /// a feasible trial, that probability alone.
    /// </summary>
    public static FrontSurrogate Of(
        GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options, SearchRandom random)
    {
        var parts = new List<Acquisition>();
        var unit = default(double?);
        if (Enumerable.Range(0, seen.Count).Any(seen.IsGood))
        {
            ObjectiveModel[] models = [.. seen.Objectives.Select((losses, j) =>
                ObjectiveModel.Of(axes, seen, losses, memo, -j, options, random))];
            unit = models.Aggregate(1.0, (product, model) => product * model.Unit);
            parts.Add(Gain(axes, seen, models));
        }

        for (var c = 0; c < seen.Constraints; c++)
            parts.Add(LogFeasibility.Of(c, axes, seen, memo, options));
        return new(parts.Count == 1 ? parts[0] : new JointAcquisition(parts), unit);
    }

    private static LogHypervolume Gain(GpAxes axes, GpObservations seen, ObjectiveModel[] models)
    {
        var good = Enumerable.Range(0, seen.Count).Where(seen.IsGood)
            .Select(k => Array.ConvertAll(models, model => model.Believed[k])).ToList();
        var ranks = Dominance.Ranks(good);
        List<double[]> front = [.. good.Where((_, k) => ranks[k] == 0)];
        var reference = Reference(front, good);
        if (front.Count > _largestFront[models.Length])
            front = [.. HypervolumeSubset.Choose(front, _largestFront[models.Length], reference)
                .Select(chosen => front[chosen.Place])];
        var fantasies = models.Min(model => model.Draws.Length);
        var boxes = fantasies == 0
            ? [new(front, reference)]
            : Enumerable.Range(0, fantasies).Select(s => new NonDominatedBoxes(
                [
                    .. front,
                    .. Enumerable.Range(0, seen.Running.Length)
                        .Select(i => Array.ConvertAll(models, model => model.Draws[s][i])),
                ],
                reference)).ToArray();
        return new(axes, [.. models.Select(model => model.Posterior)], boxes);
    }

    /// <summary>
    /// A little beyond the worst of the front in each objective, so that its ends can be gained too; with a front of
    /// one point, beyond the worst of all.
    /// </summary>
    private static double[] Reference(List<double[]> front, List<double[]> good)
    {
        var reference = new double[front[0].Length];
        for (var j = 0; j < reference.Length; j++)
        {
            var (least, most) = (good.Min(point => point[j]), good.Max(point => point[j]));
            reference[j] = most + Math.Max(Margin * (most - least), 1e-6);
        }

        return reference;
    }
}
