using System.Buffers;

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

    private readonly KernelAxis[] _axes;
    private readonly double[] _weights; // sum 1; the last is the prior's

    private ParzenEstimator(KernelAxis[] axes, double[] weights) => (_axes, _weights) = (axes, weights);

    /// <summary>How many kernels there are, the prior's included.</summary>
    public int Kernels => _weights.Length;

    /// <summary>
    /// The estimator of those trials that have a fitting value for each of the parameters at these places.
    /// </summary>
    public static ParzenEstimator Fit(
        SearchSpace space, IReadOnlyList<int> places, IReadOnlyList<Trial> trials, double narrowing,
        IReadOnlyList<double>? weights = null)
    {
        var codes = new double[places.Count][];
        for (var d = 0; d < codes.Length; d++)
            codes[d] = new double[trials.Count];
        var used = new double[trials.Count + 1];
        var n = 0;
        for (var t = 0; t < trials.Count; t++)
        {
            if (!TryEncode(trials[t].CodesIn(space), places, codes, n))
                continue;
            used[n++] = weights?[t] ?? 0;
        }

        var axes = new KernelAxis[places.Count];
        for (var d = 0; d < axes.Length; d++)
            axes[d] = KernelAxis.Fit(space.Parameters[places[d]].Distribution, codes[d].AsSpan(0, n), narrowing);
        return new(axes, weights is null ? WeightsByAge(n) : WeightsWithPrior(used.AsSpan(0, n + 1)));
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
        var constants = new double[Kernels];
        for (var k = 0; k < Kernels; k++)
            constants[k] = Math.Log(_weights[k]);
        foreach (var axis in _axes)
            axis.AddConstants(constants);

        var count = codes[0].Length;
        var rented = ArrayPool<double>.Shared.Rent(count * Kernels);
        var sums = rented.AsSpan(0, count * Kernels); // [candidate, kernel]
        for (var c = 0; c < count; c++)
            constants.CopyTo(sums[(c * Kernels)..]);
        for (var d = 0; d < _axes.Length; d++)
            _axes[d].AddLogDensity(codes[d], sums);

        var result = new double[count];
        for (var c = 0; c < count; c++)
            result[c] = Vectors.LogSumExp(sums.Slice(c * Kernels, Kernels));
        ArrayPool<double>.Shared.Return(rented);
        return result;
    }

    internal static double[] WeightsByAge(int n)
    {
        var weights = new double[n + 1];
        weights.AsSpan().Fill(1);
        var fading = n - FullWeights;
        for (var k = 0; k < fading; k++)
            weights[k] = fading == 1 ? 1.0 / n : (1.0 / n) + (k * (1 - (1.0 / n)) / (fading - 1));
        return Normalized(weights);
    }

    /// <summary>These weights, with the last entry set to the mean of the others: 1 where there is none.</summary>
    private static double[] WeightsWithPrior(Span<double> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights[..^1])
            sum += weight;
        weights[^1] = weights.Length == 1 ? 1 : sum / (weights.Length - 1);
        return Normalized(weights.ToArray());
    }

    private static double[] Normalized(double[] weights)
    {
        var sum = weights.Sum();
        for (var k = 0; k < weights.Length; k++)
            weights[k] /= sum;
        return weights;
    }

    private static bool TryEncode(
        ReadOnlySpan<double> trial, IReadOnlyList<int> places, double[][] codes, int row)
    {
        for (var d = 0; d < places.Count; d++)
        {
            var code = trial[places[d]];
            if (double.IsNaN(code))
                return false;
            codes[d][row] = code;
        }

        return true;
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
