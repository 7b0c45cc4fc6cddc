using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// A distribution over the choices of each categorical parameter, moved towards the better half of a generation by the
/// natural gradient with an adaptive step (ASNG), and kept from settling: the categorical part of Hamano et al.,
/// "CatCMA" (GECCO 2024, arXiv 2405.09962).
/// </summary>
internal sealed class CmaChoices
{
    /// <summary>α of ASNG: a larger one makes longer steps.</summary>
    private const double Trust = 1.5;

    private readonly double[][] _q; // [parameter][choice]
    private readonly double[] _s; // the path of the normalised steps
    private double _gamma;
    private double _delta = 1; // Δ
    private double _reach = 1; // δ: the length of a step

    /// <summary>Choices that are drawn with these probabilities at first, each above 0.</summary>
    public CmaChoices(IEnumerable<ImmutableArray<double>> weights)
    {
        _q = [.. weights.Select(shares => shares.Select(share => share / shares.Sum()).ToArray())];
        _s = new double[_q.Sum(q => q.Length - 1)];
    }

    /// <summary>The probability of each choice of one parameter.</summary>
    public ReadOnlySpan<double> Of(int parameter) => _q[parameter];

    public int[] Draw(SearchRandom random)
    {
        var choices = new int[_q.Length];
        for (var p = 0; p < choices.Length; p++)
        {
            var u = random.NextDouble();
            while (choices[p] < _q[p].Length - 1 && u >= _q[p][choices[p]])
                u -= _q[p][choices[p]++];
        }

        return choices;
    }

    /// <summary>Takes in a generation, the best first; −1 stands for a parameter that was not chosen.</summary>
    public void Update(IReadOnlyList<int[]> ranked, CmaConstants constants)
    {
        if (_q.Length == 0)
            return;
        var gradient = Gradient(ranked, constants);
        var scaled = ScaledByFisher(gradient);
        var norm = Math.Sqrt(scaled.Sum(x => x * x)) + 1e-30;
        var step = _reach / norm;
        for (var p = 0; p < _q.Length; p++)
        {
            for (var c = 0; c < _q[p].Length; c++)
                _q[p][c] += step * gradient[p][c];
        }

        _reach = 1 / _delta;
        var beta = _reach / Math.Sqrt(_s.Length);
        for (var i = 0; i < _s.Length; i++)
            _s[i] = ((1 - beta) * _s[i]) + (Math.Sqrt(beta * (2 - beta)) * scaled[i] / norm);
        _gamma = ((1 - beta) * (1 - beta) * _gamma) + (beta * (2 - beta));
        _delta = Math.Max(_delta * Math.Exp(beta * (_gamma - (_s.Sum(x => x * x) / Trust))), 1);
        foreach (var q in _q)
            KeepMargin(q);
    }

    /// <summary>Σ w_i (c_i − q) over the better half.</summary>
    private double[][] Gradient(IReadOnlyList<int[]> ranked, CmaConstants constants)
    {
        var gradient = _q.Select(q => new double[q.Length]).ToArray();
        for (var k = 0; k < constants.Parents; k++)
        {
            for (var p = 0; p < _q.Length; p++)
            {
                if (ranked[k][p] < 0)
                    continue;
                for (var c = 0; c < _q[p].Length; c++)
                    gradient[p][c] += constants.Weights[k] * ((ranked[k][p] == c ? 1 : 0) - _q[p][c]);
            }
        }

        return gradient;
    }

    /// <summary>
    /// The gradient times the root of the Fisher information matrix (Akimoto et al., ICML 2019, appendix B).
    /// </summary>
    private double[] ScaledByFisher(double[][] gradient)
    {
        var result = new double[_s.Length];
        var at = 0;
        for (var p = 0; p < _q.Length; p++)
        {
            var last = _q[p][^1];
            var sum = gradient[p].AsSpan(0, _q[p].Length - 1).ToArray().Sum();
            for (var c = 0; c < _q[p].Length - 1; c++)
            {
                var root = Math.Sqrt(_q[p][c]);
                result[at++] = (gradient[p][c] / root) + (root * sum / (last + Math.Sqrt(last)));
            }
        }

        return result;
    }

    /// <summary>No choice falls below (1 − 0.73^(1/parameters)) / (choices − 1).</summary>
    private void KeepMargin(double[] q)
    {
        var least = (1 - Math.Pow(0.73, 1.0 / _q.Length)) / (q.Length - 1);
        foreach (ref var share in q.AsSpan())
            share = Math.Max(share, least);
        var sum = q.Sum();
        var free = sum - (least * q.Length);
        foreach (ref var share in q.AsSpan())
            share -= (sum - 1) * (share - least) / free;
        sum = q.Sum();
        foreach (ref var share in q.AsSpan())
            share /= sum;
    }
}
