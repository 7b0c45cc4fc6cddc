namespace TuneGraph.Search;

/// <summary>
/// What pairs of trials with the same choices say of the widths of an objective's steps. Two that differ by Δ[a] along
/// each numeric axis share a cell of a grid of widths w, wherever its lines lie, with the probability
/// Π (1 − |Δ[a]| / w[a])₊; they tie, then, and else by chance: the likelier, the more trials far away have the same
/// loss, so that wide places where all is equally bad do not look like wide steps.
/// </summary>
internal sealed class PlateauLikelihood(IReadOnlyList<PlateauPair> pairs)
{
    private const int Sweeps = 4;
    private const double Step = 0.02;
    private const double Surest = 0.999; // so that no pair is impossible
    private const double Spread = 2; // of ln w about what is common to all choices

    private static readonly double[] _widths =
        [0.005, 0.01, 0.02, 0.03, 0.04, 0.055, 0.075, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8, 1.2, 2, 5];

    private static readonly double[] _chances = [0.001, 0.003, 0.01, 0.03, 0.1];

    private readonly double[] _shared = new double[pairs.Count];
    private readonly double[] _without = new double[pairs.Count];

    /// <summary>The widths of the largest likelihood, or close to it, by one axis after the other.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="shrinks">Whether the widths are believed to be near those before anything was seen.</param>
    /// <param name="gain">How much likelier they are than ties by chance alone, as a logarithm.</param>
    public double[] Fit(double[] start, bool shrinks, out double gain)
    {
        var (widths, chance) = (start.ToArray(), _chances[^1]);
        var best = double.NegativeInfinity;
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            for (var axis = 0; axis < widths.Length; axis++)
                (best, widths) = Along(axis, best, widths, chance, shrinks ? start : null);
            Fill(_shared, widths, -1);
            foreach (var other in _chances)
            {
                var value = Log(other) - (shrinks ? Penalty(widths, start) : 0);
                if (value > best)
                    (best, chance) = (value, other);
            }
        }

        gain = best - LogByChance();
        return widths;
    }

    // The likeliest width along one axis, the others as they are.
    private (double Best, double[] Widths) Along(
        int axis, double best, double[] widths, double chance, double[]? believed)
    {
        Fill(_without, widths, axis);
        foreach (var width in _widths)
        {
            for (var k = 0; k < _shared.Length; k++)
                _shared[k] = _without[k] * Reach(pairs[k].Gaps[axis], width);
            var trial = widths.ToArray();
            trial[axis] = width;
            var value = Log(chance) - (believed is null ? 0 : Penalty(trial, believed));
            if (value > best)
                (best, widths) = (value, trial);
        }

        return (best, widths);
    }

    /// <summary>How much of a step of this width is left beyond a gap.</summary>
    public static double Reach(double gap, double width) => gap >= width ? 0 : 1 - (gap / width);

    private void Fill(double[] products, double[] widths, int without)
    {
        for (var k = 0; k < products.Length; k++)
        {
            products[k] = 1;
            for (var axis = 0; axis < widths.Length; axis++)
                products[k] *= axis == without ? 1 : Reach(pairs[k].Gaps[axis], widths[axis]);
        }
    }

    private double Log(double chance)
    {
        var sum = 0.0;
        for (var k = 0; k < _shared.Length; k++)
        {
            var ties = Either(Either(chance, pairs[k].Chance), Math.Min(_shared[k], Surest));
            sum += Math.Log(pairs[k].IsTie ? ties : 1 - ties);
        }

        return sum;
    }

    /// <summary>The logarithm of the likelihood where a pair's places say nothing, at its best.</summary>
    private double LogByChance()
    {
        var best = double.NegativeInfinity;
        for (var share = Step; share < 1; share += Step)
        {
            var sum = 0.0;
            foreach (var pair in pairs)
            {
                var ties = Either(share, pair.Chance);
                sum += Math.Log(pair.IsTie ? ties : 1 - ties);
            }

            best = Math.Max(best, sum);
        }

        return best;
    }

    /// <summary>The probability of one or both of two independent events.</summary>
    private static double Either(double one, double other) => one + ((1 - one) * other);

    private static double Penalty(double[] widths, double[] common)
    {
        var sum = 0.0;
        for (var axis = 0; axis < widths.Length; axis++)
        {
            var off = Math.Log(widths[axis] / common[axis]) / Spread;
            sum += off * off / 2;
        }

        return sum;
    }
}
