namespace TuneGraph.Search;

/// <summary>
/// A mixture of products: one kernel a trial, each the product of one density a dimension, and one kernel for the
/// prior.
/// Unless weights are given, newer trials weigh more: all but the last 25 fade linearly to 1/n.
/// </summary>
internal sealed class ParzenEstimator
{
    /// <summary>This many of the newest trials keep their full weight.</summary>
    private const int FullWeights = 25;

    /// <summary>This many kernels are added up at a time, so that their sums stay in the nearest cache.</summary>
    private const int Block = 128;

    private readonly KernelAxis[] _axes;
    private readonly double[] _weights; // sum 1; the last is the prior's
    private readonly TpeScratch _scratch;

    private ParzenEstimator(KernelAxis[] axes, double[] weights, TpeScratch scratch)
    {
        _axes = axes;
        _weights = weights;
        _scratch = scratch;
    }

    /// <summary>How many kernels there are, the prior's included.</summary>
    public int Kernels => _weights.Length;

    /// <summary>
    /// The estimator of those trials that have a fitting value for each of the parameters at these places.
    /// </summary>
    /// <param name="space">The space.</param>
    /// <param name="places">The places of the parameters.</param>
    /// <param name="trials">The trials by number.</param>
    /// <param name="narrowing">See <see cref="TpeOptions.Narrowing"/>.</param>
    /// <param name="scratch">Lends memory; the estimator lives no longer.</param>
    /// <param name="weights">What each trial counts; null for their age to decide.</param>
    /// <param name="most">
    /// Where age decides, no more trials than this are taken: the newest half, and as many of the older ones, evenly,
    /// which count for those between them.
    /// </param>
    public static ParzenEstimator Fit(
        SearchSpace space,
        IReadOnlyList<int> places,
        IReadOnlyList<Trial> trials,
        double narrowing,
        TpeScratch scratch,
        IReadOnlyList<double>? weights = null,
        int most = int.MaxValue
    )
    {
        var fitting = scratch.Integers(trials.Count);
        var n = 0;
        for (var t = 0; t < trials.Count; t++)
        {
            if (Fits(trials[t].CodesIn(space), places))
                fitting[n++] = t;
        }

        var used = weights is not null ? WeightsWithPrior(weights, fitting.AsSpan(0, n))
            : n > most ? Thinned(fitting, n, most)
            : WeightsByAge(n);
        n = used.Length - 1;
        var axes = new KernelAxis[places.Count];
        var codes = scratch.Doubles(places.Count * n).AsSpan(); // [dimension, kernel]
        for (var k = 0; k < n; k++)
        {
            var row = trials[fitting[k]].CodesIn(space);
            for (var d = 0; d < axes.Length; d++)
                codes[(d * n) + k] = row[places[d]];
        }

        for (var d = 0; d < axes.Length; d++)
        {
            var distribution = space.Parameters[places[d]].Distribution;
            axes[d] = KernelAxis.Fit(distribution, codes.Slice(d * n, n), narrowing, scratch);
        }

        return new(axes, used, scratch);
    }

    /// <summary>Draws codes, [dimension][candidate].</summary>
    public double[][] Draw(SearchRandom random, int count)
    {
        var codes = new double[_axes.Length][];
        for (var d = 0; d < codes.Length; d++)
            codes[d] = new double[count];
        for (var c = 0; c < count; c++)
        {
            var kernel = PickKernel(random.NextDouble());
            for (var d = 0; d < codes.Length; d++)
                codes[d][c] = _axes[d].Draw(kernel, random);
        }

        return codes;
    }

    /// <summary>
    /// The logarithm of the density (of the probability, in stepped and categorical dimensions) at each candidate.
    /// </summary>
    public double[] LogDensity(double[][] codes)
    {
        var constants = _scratch.Doubles(Kernels).AsSpan(0, Kernels);
        for (var k = 0; k < Kernels; k++)
            constants[k] = Math.Log(_weights[k]);
        for (var d = 0; d < _axes.Length; d++)
        {
            _axes[d].AddConstants(constants);
            _axes[d].Ask(codes[d]);
        }

        var count = codes[0].Length;
        var result = new double[count];
        var sums = _scratch.Doubles(count * Block);
        var (largest, totals) = (_scratch.Doubles(count), _scratch.Doubles(count));
        largest.AsSpan(0, count).Fill(double.NegativeInfinity);
        totals.AsSpan(0, count).Clear();
        for (var first = 0; first < Kernels; first += Block)
        {
            var block = constants.Slice(first, Math.Min(Block, Kernels - first));
            for (var c = 0; c < count; c++)
                block.CopyTo(sums.AsSpan(c * Block));
            foreach (var axis in _axes)
            {
                for (var c = 0; c < count; c++)
                    axis.AddLogDensity(c, first, sums.AsSpan(c * Block, block.Length));
            }

            for (var c = 0; c < count; c++)
                Gather(Vectors.SumExp(sums.AsSpan(c * Block, block.Length)), ref largest[c], ref totals[c]);
        }

        for (var c = 0; c < count; c++)
            result[c] = largest[c] + Math.Log(totals[c]);
        return result;
    }

    internal static double[] WeightsByAge(int n)
    {
        var weights = new double[n + 1];
        for (var k = 0; k < n; k++)
            weights[k] = AgeWeight(k, n);
        weights[n] = 1;
        return Normalized(weights);
    }

    /// <summary>What the k-th of n trials counts beside the newest: all but these fade linearly to 1/n.</summary>
    private static double AgeWeight(int k, int n)
    {
        var fading = n - FullWeights;
        return k >= fading ? 1
            : fading == 1 ? 1.0 / n
            : (1.0 / n) + (k * (1 - (1.0 / n)) / (fading - 1));
    }

    /// <summary>The weights of those at these places, and behind them their mean for the prior: 1 alone.</summary>
    private static double[] WeightsWithPrior(IReadOnlyList<double> weights, ReadOnlySpan<int> places)
    {
        var used = new double[places.Length + 1];
        var sum = 0.0;
        for (var k = 0; k < places.Length; k++)
            sum += used[k] = weights[places[k]];
        used[^1] = places.Length == 0 ? 1 : sum / places.Length;
        return Normalized(used);
    }

    /// <summary>
    /// Keeps the newest half of what is allowed and, of the older ones, each that stands for a share of them, with the
    /// share's weight.
    /// </summary>
    private static double[] Thinned(int[] fitting, int n, int most)
    {
        var (shares, older) = (most / 2, n - (most - (most / 2)));
        var kept = new double[most + 1];
        for (var k = 0; k < shares; k++)
        {
            var (from, to) = ((int)((long)k * older / shares), (int)((long)(k + 1) * older / shares));
            fitting[k] = fitting[(from + to) / 2];
            for (var i = from; i < to; i++)
                kept[k] += AgeWeight(i, n);
        }

        for (var k = shares; k < most; k++)
            (fitting[k], kept[k]) = (fitting[older + k - shares], AgeWeight(older + k - shares, n));
        kept[most] = 1;
        return Normalized(kept);
    }

    private static double[] Normalized(double[] weights)
    {
        var sum = weights.Sum();
        for (var k = 0; k < weights.Length; k++)
            weights[k] /= sum;
        return weights;
    }

    private static bool Fits(ReadOnlySpan<double> trial, IReadOnlyList<int> places)
    {
        for (var d = 0; d < places.Count; d++)
        {
            if (double.IsNaN(trial[places[d]]))
                return false;
        }

        return true;
    }

    /// <summary>Adds a block's largest term and its sum relative to that to the sum so far.</summary>
    private static void Gather((double Max, double Sum) block, ref double largest, ref double total)
    {
        if (block.Max <= largest)
        {
            total += double.IsNegativeInfinity(block.Max) ? 0 : block.Sum * Math.Exp(block.Max - largest);
            return;
        }

        total = block.Sum + (total * Math.Exp(largest - block.Max));
        largest = block.Max;
    }

    private int PickKernel(double u)
    {
        for (var k = 0; k < Kernels; k++)
        {
            u -= _weights[k];
            if (u < 0)
                return k;
        }

        return Kernels - 1;
    }
}
