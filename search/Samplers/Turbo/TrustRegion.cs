namespace TuneGraph.Search;

/// <summary>
/// Where TuRBO looks, and since when: Eriksson et al., "Scalable global optimization via local Bayesian optimization",
/// NeurIPS 2019, section 3. A function of the trials that ended.
/// </summary>
/// <param name="First">The number of the first trial of this region; earlier ones belong to abandoned ones.</param>
/// <param name="Length">The length of its sides in codes, L, before they are weighed.</param>
internal readonly record struct TrustRegion(int First, double Length)
{
    private const double Initial = 0.8; // L_init
    private const double Largest = 1.6; // L_max
    private const double Smallest = 1.0 / 128; // L_min = 0.5⁷
    private const int Successes = 3; // τ_succ
    private const int FewestFailures = 5;
    private const double LeastGain = 1e-3; // of the best, for a trial to be a success

    /// <summary>
    /// Doubles after three successes on end, halves after max(5, d) failures on end, and is abandoned when it has
    /// become too small; its first trials, which are spread over the space, count as neither.
    /// </summary>
    public static TrustRegion Of(StudyHistory history, int dimensions, int startupTrials)
    {
        var region = new TrustRegion(0, Initial);
        var (best, seen, successes, failures) = (double.PositiveInfinity, 0, 0, 0);
        foreach (var trial in history.Trials)
        {
            if (!trial.IsFinished)
                continue;
            var loss = history.Loss(trial);
            var gained = loss < best - (LeastGain * Math.Abs(best)) || double.IsInfinity(best);
            best = Math.Min(best, loss);
            if (++seen <= startupTrials)
                continue;
            (successes, failures) = gained ? (successes + 1, 0) : (0, failures + 1);
            if (successes == Successes)
                (region, successes) = (region with { Length = Math.Min(2 * region.Length, Largest) }, 0);
            if (failures == Math.Max(FewestFailures, dimensions))
                (region, failures) = (region with { Length = region.Length / 2 }, 0);
            if (region.Length >= Smallest)
                continue;
            region = new(trial.Number + 1, Initial);
            (best, seen, successes, failures) = (double.PositiveInfinity, 0, 0, 0);
        }

        return region;
    }

    /// <summary>
    /// The box about a point, with the region's volume L^d and sides in proportion to the model's lengths; cut off at
    /// the ends of the space.
    /// </summary>
    public CodeBox Around(ReadOnlySpan<double> codes, GpAxes axes, GpHyperparameters at)
    {
        var box = CodeBox.Whole(axes.Space);
        var ordered = Enumerable.Range(0, axes.Count).Where(p => !axes.IsChoice[p]).ToArray();
        if (ordered.Length == 0)
            return box;
        var mean = ordered.Average(p => Math.Log(at.Relevance(p)));
        foreach (var p in ordered)
        {
            var (place, side) = (axes.Places[p], Length * Math.Exp((mean - Math.Log(at.Relevance(p))) / 2)); // ℓ = θ^-½
            if (double.IsNaN(codes[place]))
                continue;
            box.Low[place] = Math.Max(codes[place] - (side / 2), 0);
            box.High[place] = Math.Min(codes[place] + (side / 2), 1);
        }

        return box;
    }
}
