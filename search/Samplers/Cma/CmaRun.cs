namespace TuneGraph.Search;

/// <summary>
/// One run of the strategy, from its start to convergence: draws points and takes in what became of them.
/// </summary>
internal sealed class CmaRun
{
    /// <summary>
    /// It stops when the losses of this many generations differ by less than this (Hansen, appendix B).
    /// </summary>
    private const double LossTolerance = 1e-12;

    /// <summary>
    /// A parameter with no more values takes that at the near end for a point beyond it. With more, the ends would be
    /// drawn too often (measured on the mixed problems of the search-quality suite), so those points are drawn again.
    /// </summary>
    private const int FewValues = 32;

    private const double LargestCondition = 1e14;
    private const int DrawsPerDimension = 10;

    private readonly CmaAxes _axes;
    private readonly CmaDistribution _distribution;
    private readonly CmaMargin _margin;
    private readonly CmaChoices _choices;
    private readonly List<(CmaRank Rank, CmaCandidate Candidate)> _population = [];
    private readonly Queue<(double Best, double Worst)> _recent = new();
    private readonly double _stepTolerance;

    public CmaRun(int number, CmaAxes axes, CmaDistribution distribution, double stepTolerance)
    {
        Number = number;
        _axes = axes;
        _distribution = distribution;
        _stepTolerance = stepTolerance;
        var k = distribution.Constants;
        _margin = new(axes, 1.0 / (k.Dimensions * k.Population));
        _choices = new(axes.Weights);
    }

    /// <summary>How many runs were before it.</summary>
    public int Number { get; }

    /// <summary>λ.</summary>
    public int Population => _distribution.Constants.Population;

    /// <summary>How many generations it has taken in.</summary>
    public int Generation => _distribution.Generation;

    /// <summary>How many trials it has taken in.</summary>
    public int Told => (Generation * Population) + _population.Count;

    /// <summary>
    /// A point of the current generation. Continuous parameters are drawn again while one lies outside its range, and
    /// are clipped in the end; those of few values take the one at the near end.
    /// </summary>
    public CmaCandidate Draw(SearchRandom random)
    {
        var x = _distribution.Draw(random);
        for (var again = 0; again < DrawsPerDimension * x.Length && !IsInside(x); again++)
            x = _distribution.Draw(random);
        var codes = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            if (_axes.Stepped[i])
                codes[i] = _margin.Place(_distribution, x, i);
            else
                codes[i] = x[i] = Math.Clamp(x[i], 0, 1);
        }

        return new(Number, Generation, x, codes, _choices.Draw(random));
    }

    /// <summary>
    /// Takes in what became of a point, or better knowledge of it; the generation is full with the λ-th.
    /// </summary>
    public void Tell(CmaRank rank, CmaCandidate candidate)
    {
        var known = _population.FindIndex(p => p.Rank.Number == rank.Number);
        if (known >= 0)
            _population[known] = (rank, candidate);
        else
            _population.Add((rank, candidate));
        if (_population.Count < Population)
            return;
        _population.Sort(static (a, b) => a.Rank.CompareTo(b.Rank));
        var xs = _population.ConvertAll(p => PointOf(p.Candidate));
        _choices.Update(_population.ConvertAll(p => p.Candidate.Choices), _distribution.Constants);
        _distribution.Update(xs);
        _margin.Correct(_distribution);
        Remember();
        _population.Clear();
    }

    /// <summary>Whether nothing more is to be expected of it (Hansen, appendix B.3).</summary>
    public bool HasConverged()
    {
        var n = _axes.Numeric.Count;
        if (n == 0 || Generation == 0)
            return false;
        var (m, sigma, c) = (_distribution.Mean, _distribution.Sigma, _distribution.C);
        var flat = _recent.Count >= RecentGenerations
            && _recent.Max(r => r.Worst) - _recent.Min(r => r.Best) < LossTolerance;
        var (least, most, small) = (double.PositiveInfinity, 0.0, true);
        foreach (var d in c.Lengths)
            (least, most) = (Math.Min(least, d), Math.Max(most, d));
        for (var i = 0; i < n; i++)
        {
            small &= sigma * Math.Sqrt(c.Variance(i)) < _stepTolerance
                && sigma * Math.Abs(_distribution.PathC[i]) < _stepTolerance;
            if (m[i] == m[i] + (0.2 * sigma * Math.Sqrt(c.Variance(i)))) // no effect on a coordinate
                return true;
        }

        return flat || small || most * most > LargestCondition * least * least;
    }

    /// <summary>10 + ⌈30 n / λ⌉.</summary>
    private int RecentGenerations => 10 + (int)Math.Ceiling(30.0 * _axes.Numeric.Count / Population);

    private bool IsInside(double[] x)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var code = _axes.Stepped[i] ? _margin.Place(_distribution, x, i) : x[i];
            if (code is < 0 or > 1 && !(_axes.Numeric[i].Cardinality <= FewValues))
                return false;
        }

        return true;
    }

    /// <summary>
    /// The point as the distribution is to learn from it: one that it did not draw itself is first put where it would
    /// have to be drawn today, and then pulled within reach.
    /// </summary>
    private double[] PointOf(CmaCandidate candidate)
    {
        if (candidate.Run == Number && candidate.Generation == Generation)
            return candidate.Raw;
        var codes = candidate.Codes.ToArray();
        for (var i = 0; i < codes.Length; i++)
        {
            if (double.IsNaN(codes[i]))
                codes[i] = _distribution.Mean[i];
        }

        return _distribution.Injected(_margin.Raw(_distribution, codes));
    }

    private void Remember()
    {
        var losses = _population.Where(p => p.Rank.Class == 0).Select(p => p.Rank.Loss).ToList();
        if (losses.Count == 0)
            return;
        _recent.Enqueue((losses[0], losses[^1]));
        if (_recent.Count > RecentGenerations)
            _recent.Dequeue();
    }
}
