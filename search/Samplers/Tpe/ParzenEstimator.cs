namespace TuneGraph.Search;

/// <summary>
/// A mixture of products: one kernel a trial, each the product of one density a dimension, and one kernel for the prior.
/// Newer trials weigh more: all but the last 25 fade linearly to 1/n.
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

    /// <summary>The estimator of those trials that have a fitting value for each of the parameters at these places.</summary>
    public static ParzenEstimator Fit(SearchSpace space, IReadOnlyList<int> places, IReadOnlyList<Trial> trials)
    {
        var codes = new double[places.Count][];
        for (var d = 0; d < codes.Length; d++)
            codes[d] = new double[trials.Count];
        var n = 0;
        foreach (var trial in trials)
        {
            if (TryEncode(space, places, trial, codes, n))
                n++;
        }

        var axes = new KernelAxis[places.Count];
        for (var d = 0; d < axes.Length; d++)
            axes[d] = KernelAxis.Fit(space.Parameters[places[d]].Distribution, codes[d].AsSpan(0, n));
        return new(axes, WeightsOf(n));
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

    /// <summary>The logarithm of the density (of the probability, in stepped and categorical dimensions) at each candidate.</summary>
    public double[] LogDensity(double[][] codes)
    {
        var constants = new double[Kernels];
        for (var k = 0; k < Kernels; k++)
            constants[k] = Math.Log(_weights[k]);
        foreach (var axis in _axes)
            axis.AddConstants(constants);

        var count = codes[0].Length;
        var sums = new double[count * Kernels]; // [candidate, kernel]
        for (var c = 0; c < count; c++)
            constants.CopyTo(sums.AsSpan(c * Kernels));
        for (var d = 0; d < _axes.Length; d++)
            _axes[d].AddLogDensity(codes[d], sums);

        var result = new double[count];
        for (var c = 0; c < count; c++)
            result[c] = Vectors.LogSumExp(sums.AsSpan(c * Kernels, Kernels));
        return result;
    }

    internal static double[] WeightsOf(int n)
    {
        var weights = new double[n + 1];
        weights.AsSpan().Fill(1);
        var fading = n - FullWeights;
        for (var k = 0; k < fading; k++)
            weights[k] = fading == 1 ? 1.0 / n : (1.0 / n) + (k * (1 - (1.0 / n)) / (fading - 1));
        var sum = weights.Sum();
        for (var k = 0; k <= n; k++)
            weights[k] /= sum;
        return weights;
    }

    private static bool TryEncode(SearchSpace space, IReadOnlyList<int> places, Trial trial, double[][] codes, int row)
    {
        for (var d = 0; d < places.Count; d++)
        {
            var parameter = space.Parameters[places[d]];
            if (!trial.TryGetPlanned(parameter.Name, places[d], out var value) || !parameter.Distribution.Contains(value))
                return false;
            codes[d][row] = parameter.Distribution.Code(value);
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
