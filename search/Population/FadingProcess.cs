namespace TuneGraph.Search;

/// <summary>
/// A Gaussian process whose kernel fades with time (Bogunovic et al. 2016; Parker-Holder et al. 2020, equation 5):
/// k = exp(−|x − x'|² / 2ℓ²) · (1 − ε)^(|t − t'| / 2), with ε = 0.1 a step of the time axis. The inputs are scaled to
/// [0, 1] and the outputs to mean 0 and variance 1; ℓ and the noise are those of a grid with the largest likelihood.
/// </summary>
internal sealed class FadingProcess
{
    private const double Fading = 0.1;

    private static readonly double[] _lengths = [0.1, 0.2, 0.4, 0.8, 1.6];
    private static readonly double[] _noises = [0.01, 0.1, 0.5];

    private readonly double[] _low;
    private readonly double[] _span;
    private readonly double[] _times; // in units of the interval between generations
    private readonly List<double[]> _x;
    private readonly List<double> _y;
    private readonly double _length;
    private readonly double _noise;
    private double[][] _factor = [];
    private double[] _alpha = [];

    private FadingProcess(
        double[] low, double[] span, double[] times, List<double[]> x, List<double> y, double length, double noise)
    {
        (_low, _span, _times, _x, _y, _length, _noise) = (low, span, times, x, y, length, noise);
        Factor();
    }

    /// <summary>What 1 stands for, in the unit of the gains.</summary>
    public double Unit { get; private init; }

    private double LogLikelihood { get; set; }

    public static FadingProcess Fit(IReadOnlyList<BanditExploration.Improvement> data)
    {
        var d = data[0].Inputs.Length;
        var low = Enumerable.Range(0, d).Select(i => i < 2 ? data.Min(p => p.Inputs[i]) : 0).ToArray();
        var high = Enumerable.Range(0, d).Select(i => i < 2 ? data.Max(p => p.Inputs[i]) : 1).ToArray();
        var span = low.Zip(high, (a, b) => b > a ? b - a : 1).ToArray();
        var times = data.Select(p => p.Inputs[0]).Distinct().Order().ToArray();
        var mean = data.Average(p => p.Gain);
        var deviation = Math.Sqrt(data.Average(p => (p.Gain - mean) * (p.Gain - mean)));
        var y = data.Select(p => deviation > 0 ? (p.Gain - mean) / deviation : 0).ToList();
        FadingProcess? best = null;
        foreach (var length in _lengths)
        {
            foreach (var noise in _noises)
            {
                var next = new FadingProcess(low, span, times, [.. data.Select(p => p.Inputs)], [.. y], length, noise)
                {
                    Unit = deviation,
                };
                if (best is null || next.LogLikelihood > best.LogLikelihood)
                    best = next;
            }
        }

        return best!;
    }

    /// <summary>Adds a point with the value that is foretold for it.</summary>
    public void Believe(double[] inputs)
    {
        var (mean, _) = Foretell(inputs);
        _x.Add(inputs);
        _y.Add(mean);
        Factor();
    }

    /// <summary>The upper confidence bound, with the paper's β_t = c₁ + log(c₂ t), c₁ = 0.2 and c₂ = 0.4.</summary>
    public double UpperBound(double[] inputs) =>
        Bound(inputs, Math.Sqrt(0.2 + Math.Max(0, Math.Log(0.4 * _x.Count))));

    /// <summary>The mean and so many standard deviations.</summary>
    public double Bound(double[] inputs, double deviations)
    {
        var (mean, variance) = Foretell(inputs);
        return mean + (deviations * Math.Sqrt(variance));
    }

    internal (double Mean, double Variance) Foretell(double[] inputs)
    {
        var n = _x.Count;
        var k = new double[n];
        var mean = 0.0;
        for (var i = 0; i < n; i++)
        {
            k[i] = Kernel(inputs, _x[i]);
            mean += k[i] * _alpha[i];
        }

        var variance = 1.0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                k[i] -= _factor[i][j] * k[j];
            k[i] /= _factor[i][i];
            variance -= k[i] * k[i];
        }

        return (mean, Math.Max(variance, 0));
    }

    private double Kernel(double[] a, double[] b)
    {
        var square = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = (a[i] - b[i]) / _span[i] / _length;
            square += i == 0 ? 0 : difference * difference;
        }

        return Math.Exp(-square / 2) * Math.Pow(1 - Fading, Math.Abs(Time(a[0]) - Time(b[0])) / 2);
    }

    /// <summary>The place among the generations; later than all comes one after them.</summary>
    private double Time(double step) => Array.BinarySearch(_times, step) is var at && at < 0 ? ~at : at;

    private void Factor()
    {
        var n = _x.Count;
        _factor = new double[n][];
        _alpha = [.. _y];
        var logarithms = 0.0;
        for (var i = 0; i < n; i++)
        {
            var row = _factor[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                var sum = Kernel(_x[i], _x[j]) + (i == j ? _noise : 0);
                for (var m = 0; m < j; m++)
                    sum -= row[m] * _factor[j][m];
                row[j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / _factor[j][j];
            }

            for (var j = 0; j < i; j++)
                _alpha[i] -= row[j] * _alpha[j];
            _alpha[i] /= row[i];
            logarithms += Math.Log(row[i]);
        }

        LogLikelihood = -logarithms - (0.5 * _alpha.Sum(a => a * a));
        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++)
                _alpha[i] -= _factor[j][i] * _alpha[j];
            _alpha[i] /= _factor[i][i];
        }
    }
}
