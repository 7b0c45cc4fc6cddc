namespace TuneGraph.Search;

/// <summary>
/// N(m, σ² C) and how a ranked generation moves it: the (μ/μ_w, λ)-CMA-ES with active covariance update of Hansen's
/// tutorial (arXiv 1604.00772v2, figure 6); equation numbers are that paper's.
/// </summary>
internal sealed class CmaDistribution
{
    /// <summary>The step size stays below this.</summary>
    private const double LargestSigma = 1e32;

    private readonly CmaConstants _k;
    private readonly CmaLearningRates? _rates;
    private readonly double[] _pathSigma; // p_σ
    private readonly double[] _pathC; // p_c

    public CmaDistribution(CmaConstants constants, double[] mean, double sigma, Covariance covariance, bool adaptRates)
    {
        _k = constants;
        Mean = mean;
        Sigma = sigma;
        C = covariance;
        _pathSigma = new double[mean.Length];
        _pathC = new double[mean.Length];
        _rates = adaptRates ? new() : null;
    }

    /// <summary>λ and what follows from it.</summary>
    public CmaConstants Constants => _k;

    /// <summary>m.</summary>
    public double[] Mean { get; }

    /// <summary>σ.</summary>
    public double Sigma { get; private set; }

    /// <summary>C.</summary>
    public Covariance C { get; private set; }

    /// <summary>How many generations it has taken in.</summary>
    public int Generation { get; private set; }

    /// <summary>p_c.</summary>
    public ReadOnlySpan<double> PathC => _pathC;

    /// <summary>x ~ N(m, σ² C).</summary>
    public double[] Draw(SearchRandom random)
    {
        var n = Mean.Length;
        var (z, x) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
            z[i] = Gaussian.Quantile(((random.NextUInt64() >> 12) + 0.5) * (1.0 / (1UL << 52))); // never 0 or 1
        C.Color(z, x);
        for (var i = 0; i < n; i++)
            x[i] = Mean[i] + (Sigma * x[i]);
        return x;
    }

    /// <summary>
    /// Pulls a point that was not drawn from this distribution towards m, so that it lies no farther off than drawn
    /// points do: Hansen, "Injecting external solutions into CMA-ES" (arXiv 1110.4181), equation (4).
    /// </summary>
    public double[] Injected(double[] x)
    {
        var n = Mean.Length;
        var (y, z) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
            y[i] = (x[i] - Mean[i]) / Sigma;
        C.Whiten(y, z);
        var shrink = Math.Min(1, (Math.Sqrt(n) + (2.0 * n / (n + 2))) / Norm(z));
        return [.. y.Select((v, i) => Mean[i] + (shrink * Sigma * v))];
    }

    /// <summary>Takes in one generation: λ points, the best first.</summary>
    public void Update(IReadOnlyList<double[]> ranked)
    {
        var n = Mean.Length;
        var ys = new double[ranked.Count][]; // ~ N(0, C)
        for (var k = 0; k < ys.Length; k++)
            ys[k] = [.. ranked[k].Select((x, i) => (x - Mean[i]) / Sigma)];
        var (oldMean, oldSigma, oldC) = (Mean.ToArray(), Sigma, C);
        Generation++;

        var yw = new double[n];
        for (var k = 0; k < _k.Parents; k++)
        {
            for (var i = 0; i < n; i++)
                yw[i] += _k.Weights[k] * ys[k][i]; // (41)
        }

        for (var i = 0; i < n; i++)
            Mean[i] += Sigma * yw[i]; // (42), c_m = 1
        var whiteYw = new double[n];
        C.Whiten(yw, whiteYw);
        var gain = Math.Sqrt(_k.CSigma * (2 - _k.CSigma) * _k.MuEff);
        for (var i = 0; i < n; i++)
            _pathSigma[i] = ((1 - _k.CSigma) * _pathSigma[i]) + (gain * whiteYw[i]); // (43)
        var length = Norm(_pathSigma);
        Sigma = Math.Min(Sigma * Math.Exp(_k.CSigma / _k.DSigma * ((length / _k.ChiN) - 1)), LargestSigma); // (44)
        UpdateCovariance(ys, yw, length);
        if (_rates is not null)
            (Sigma, C) = _rates.Slow(Mean, oldMean, (Sigma, C), (oldSigma, oldC));
    }

    private void UpdateCovariance(double[][] ys, double[] yw, double length)
    {
        var n = Mean.Length;
        var settled = Math.Sqrt(1 - Math.Pow(1 - _k.CSigma, 2 * (Generation + 1)));
        var h = length / settled < (1.4 + (2.0 / (n + 1))) * _k.ChiN ? 1 : 0; // h_σ
        var gain = h * Math.Sqrt(_k.CC * (2 - _k.CC) * _k.MuEff);
        for (var i = 0; i < n; i++)
            _pathC[i] = ((1 - _k.CC) * _pathC[i]) + (gain * yw[i]); // (45)

        var weights = new double[ys.Length + 1];
        var (sum, z) = (0.0, new double[n]);
        for (var k = 0; k < ys.Length; k++)
        {
            var w = _k.Weights[k];
            sum += w;
            if (w < 0)
            {
                C.Whiten(ys[k], z);
                w *= n / ((Norm(z) * Norm(z)) + 1e-8); // (46)
            }

            weights[k] = _k.CMu * w;
        }

        weights[^1] = _k.C1;
        var missing = (1 - h) * _k.CC * (2 - _k.CC); // δ(h_σ)
        var keep = 1 + (_k.C1 * missing) - _k.C1 - (_k.CMu * sum);
        C = C.Updated(keep, weights, [.. ys, _pathC]); // (47)
    }

    private static double Norm(ReadOnlySpan<double> v)
    {
        var sum = 0.0;
        foreach (var x in v)
            sum += x * x;
        return Math.Sqrt(sum);
    }
}
