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
        var isTarget = Best(losses, options.TargetShare);
        var isRegion = Best(losses, options.RegionShare);
        var (target, region) = (isTarget.Count(yes => yes), isRegion.Count(yes => yes));
        var share = (double)target / region; // γ′ / γ
        return Importances.Ranked(space.Parameters.Select((parameter, place) =>
        {
            var grid = new PedAnovaGrid(parameter.Distribution);
            var (best, all) = (new int[grid.Cells], new int[grid.Cells]);
            for (var i = 0; i < losses.Length; i++)
            {
                if (!isRegion[i] || evaluations[i].Code(parameter, place) is not (>= 0 and var code))
                    continue;
                var cell = grid.CellOf(code);
                all[cell]++;
                best[cell] += isTarget[i] ? 1 : 0;
            }

            var (bestHere, allHere) = (best.Sum(), all.Sum());
            if (grid.Cells < 2 || allHere < FewestInRegime || bestHere == 0)
                return (parameter.Name, 0.0);
            var alpha = (double)bestHere / target;
            var beta = (double)allHere / region;
            return (parameter.Name, share * share * alpha * alpha / beta * Divergence(grid, best, all));
        }));
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

    /// <summary>Which are among the best ⌈share · n⌉, ties included.</summary>
    private static bool[] Best(double[] losses, double share)
    {
        var sorted = losses.ToArray();
        Array.Sort(sorted);
        var cut = sorted[(int)Math.Ceiling(share * losses.Length) - 1];
        return Array.ConvertAll(losses, loss => loss <= cut);
    }
}
