using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// PED-ANOVA: what separates the best configurations from the others. For each parameter, how much the density of the
/// best along it differs from that of all (Pearson's divergence), which is the variance that the parameter explains of
/// being among the best. Watanabe, Bansal and Hutter (IJCAI 2023, arXiv 2304.10255); for conditional parameters Baba,
/// Ozaki and Watanabe (KDD 2026, arXiv 2601.20800, theorem 4.2). Takes time in proportion to the evaluations.
/// </summary>
public static class PedAnova
{
    /// <summary>A parameter that fewer evaluations have says nothing.</summary>
    private const int FewestInRegime = 2;

    /// <summary>Each parameter's importance, the largest first; all 0 with fewer than two evaluations.</summary>
    /// <param name="space">The parameters that are asked about.</param>
    /// <param name="evaluations">What was evaluated, by whatever sampler.</param>
    /// <param name="direction">Which values are better.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">The target share is larger than the region's.</exception>
    public static ImmutableArray<ParameterImportance> Of(
        SearchSpace space,
        IReadOnlyList<Evaluation> evaluations,
        Direction direction,
        PedAnovaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(evaluations);
        options ??= new();
        if (options.TargetShare > options.RegionShare)
            throw new ArgumentException(
                $"The target share {options.TargetShare} is larger than the region's, {options.RegionShare}: "
                + "the best must be looked for inside the region.",
                nameof(options));
        if (evaluations.Count < 2)
            return Importances.Ranked(space.Parameters.Select(p => (p.Name, 0.0)));
        double[] losses = [.. evaluations.Select(e => e.Loss(direction))];
        var sorted = losses.ToArray();
        Array.Sort(sorted);
        var (targetCut, regionCut) = (Cut(sorted, options.TargetShare), Cut(sorted, options.RegionShare));
        Tally[] tallies = [.. space.Parameters.Select((parameter, place) => new Tally(parameter, place))];
        var (target, region) = (0, 0);
        // Each evaluation is looked at once, since it is the way through memory that takes the time.
        for (var i = 0; i < losses.Length; i++)
        {
            if (!(losses[i] <= regionCut))
                continue;
            var isTarget = losses[i] <= targetCut;
            region++;
            target += isTarget ? 1 : 0;
            var evaluation = evaluations[i];
            foreach (var tally in tallies)
                tally.Add(evaluation, isTarget);
        }

        return Importances.Ranked(tallies.Select(tally => (tally.Parameter.Name, tally.Importance(target, region))));
    }

    /// <summary>Σ p (p′ / p − 1)² over the cells.</summary>
    private static double Divergence(PedAnovaGrid grid, int[] best, int[] all)
    {
        var (top, local) = (grid.Density(best), grid.Density(all));
        var sum = 0.0;
        for (var cell = 0; cell < top.Length; cell++)
        {
            var ratio = (top[cell] + 1e-12) / (local[cell] + 1e-12);
            sum += (local[cell] + 1e-12) * (ratio - 1) * (ratio - 1);
        }

        return sum;
    }

    /// <summary>The worst of the best ⌈share · n⌉.</summary>
    private static double Cut(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];

    /// <summary>How often each cell of a parameter was hit, in the region and by the best.</summary>
    private sealed class Tally
    {
        private readonly int _place;
        private readonly PedAnovaGrid _grid;
        private readonly int[] _best;
        private readonly int[] _all;

        public Tally(Parameter parameter, int place)
        {
            (Parameter, _place, _grid) = (parameter, place, new PedAnovaGrid(parameter.Distribution));
            (_best, _all) = (new int[_grid.Cells], new int[_grid.Cells]);
        }

        public Parameter Parameter { get; }

        public void Add(Evaluation evaluation, bool isTarget)
        {
            if (evaluation.Code(Parameter, _place) is not (>= 0 and var code))
                return;
            var cell = _grid.CellOf(code);
            _all[cell]++;
            _best[cell] += isTarget ? 1 : 0;
        }

        public double Importance(int target, int region)
        {
            var (bestHere, allHere) = (_best.Sum(), _all.Sum());
            if (_grid.Cells < 2 || allHere < FewestInRegime || bestHere == 0)
                return 0;
            var share = (double)target / region; // γ′ / γ
            var alpha = (double)bestHere / target;
            var beta = (double)allHere / region;
            return share * share * alpha * alpha / beta * Divergence(_grid, _best, _all);
        }
    }
}
