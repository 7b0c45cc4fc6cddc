namespace TuneGraph;

/// <summary>
/// How fast a training gets on with some number of ranks: samples a second, times how much each sample is worth. After
/// Qiao et al., "Pollux: Co-adaptive Cluster Scheduling for Goodput-Optimized Deep Learning", OSDI 2021, section 3;
/// symbols are the paper's. Pure: times come in, nothing is measured here.
/// </summary>
internal sealed record GoodputModel
{
    /// <summary>α_grad: seconds of a step's gradient that do not depend on its samples.</summary>
    public double GradientFixed { get; init; }

    /// <summary>β_grad: seconds of a gradient for each sample of a rank.</summary>
    public required double GradientPerSample { get; init; }

    /// <summary>α_sync: seconds in which ranks exchange gradients, if there is more than one.</summary>
    public double SyncFixed { get; init; }

    /// <summary>β_sync: the same for each rank above two.</summary>
    public double SyncPerRank { get; init; }

    /// <summary>
    /// γ, at least 1: how far gradient and exchange overlap, from 1, one after the other, to the longer of both alone.
    /// </summary>
    public double Overlap { get; init; } = 1;

    /// <summary>T_iter(K, M): seconds of a step of M samples over K ranks.</summary>
    public double StepSeconds(int ranks, double batch)
    {
        var gradient = GradientFixed + (GradientPerSample * batch / ranks);              // T_grad = α + β·m, m = M / K
        var sync = ranks == 1 ? 0 : SyncFixed + (SyncPerRank * (ranks - 2));             // T_sync, 0 for K = 1
        return Math.Pow(Math.Pow(gradient, Overlap) + Math.Pow(sync, Overlap), 1 / Overlap);
    }

    /// <summary>THROUGHPUT = M / T_iter: samples a second.</summary>
    public double Throughput(int ranks, double batch) => batch / StepSeconds(ranks, batch);

    /// <summary>
    /// EFFICIENCY(M) = (φ + M₀) / (φ + M): what a sample of a batch of M is worth beside one of the batch M₀ that the
    /// settings were made for, above 0 and at most 1 where M is at least M₀.
    /// </summary>
    /// <param name="noise">φ: the gradient's noise scale, in samples.</param>
    /// <param name="before">M₀.</param>
    /// <param name="batch">M.</param>
    public static double Efficiency(double noise, double before, double batch) => (noise + before) / (noise + batch);

    /// <summary>GOODPUT = THROUGHPUT × EFFICIENCY. Where the batch is kept, every sample is worth as much as before.
    /// </summary>
    public double Goodput(int ranks, double batch, double before, double noise) =>
        Throughput(ranks, batch) * Efficiency(noise, before, batch);

    /// <summary>SPEEDUP: goodput beside that of one rank with the same batch.</summary>
    public double Speedup(int ranks, double batch) => StepSeconds(1, batch) / StepSeconds(ranks, batch);

    /// <summary>
    /// The model that fits measured steps best by least squares of relative errors, without negative terms and without
    /// overlap. A term is only looked for where enough numbers of ranks were seen; until then it is 0, so that what was
    /// never tried looks worth trying (section 4.1 of the paper).
    /// </summary>
    /// <param name="steps">Ranks, batch and seconds of steps; at least one.</param>
    public static GoodputModel Fit(IReadOnlyCollection<(int Ranks, double Batch, double Seconds)> steps)
    {
        ArgumentOutOfRangeException.ThrowIfZero(steps.Count, nameof(steps));
        var several = steps.Select(step => step.Ranks).Distinct().Count();
        var above = steps.Where(step => step.Ranks > 1).Select(step => step.Ranks).Distinct().Count();
        bool[] sought = [true, above > 0 && several > 1, above > 1, several > 3];
        var terms = LeastSquares.NonNegative(
            [.. steps.Select(step => Terms(step).Select((term, i) => sought[i] ? term / step.Seconds : 0).ToArray())],
            [.. steps.Select(_ => 1.0)]);
        return new GoodputModel
        {
            GradientPerSample = terms[0],
            SyncFixed = terms[1],
            SyncPerRank = terms[2],
            GradientFixed = terms[3],
        };
    }

    private static double[] Terms((int Ranks, double Batch, double Seconds) step) =>
        [step.Batch / step.Ranks, step.Ranks > 1 ? 1 : 0, Math.Max(0, step.Ranks - 2), 1];
}
