namespace TuneGraph.Search;

/// <summary>
/// The steps of a piecewise constant objective, told from trials with exactly the same loss: where settings are rounded
/// to those of a table, or a parameter has no effect, a neighbour of a good trial says nothing new.
/// </summary>
/// <remarks>
/// The widths of the steps are those of the largest likelihood for pairs of near trials (see
/// <see cref="PlateauLikelihood"/>), for all choices together and, where enough is known, for each combination of
/// choices by itself. Trials that tie and are likely to lie on one step then make a box, unless another loss was seen
/// in it.
/// </remarks>
internal sealed class Plateaus
{
    private const int FewestTies = 3;
    private const int FewestPairs = 20; // for widths of their own
    private const int Neighbours = 8; // chosen by their places, not by their losses, so no outcome is favoured
    private const int MostPaired = 150; // trials of the same choices
    private const double Doubt = 0.01; // ties by chance where none was seen
    private const double Width = 0.2; // where the search for widths begins

    /// <summary>What the logarithm of the likelihood must gain over ties by chance, for each axis.</summary>
    private const double LeastGain = 2;

    /// <summary>Trials that tie are put together where they share a step with more than this probability.</summary>
    private const double Likely = 0.1;

    private readonly GpAxes _axes;
    private readonly List<Part> _parts = [];
    private readonly double[] _common;

    private Plateaus(GpAxes axes, double[] common) => (_axes, _common) = (axes, common);

    /// <summary>What the trials tell of plateaus; null for none.</summary>
    public static Plateaus? Of(GpAxes axes, GpObservations seen)
    {
        var good = Enumerable.Range(0, seen.Count).Where(seen.IsGood).ToArray();
        var ties = good.Length - good.Select(k => seen.Losses[k]).Distinct().Count();
        if (ties < FewestTies || axes.IsChoice.All(isChoice => isChoice))
            return null;
        var plateaus = new Plateaus(axes, [.. Enumerable.Repeat(Width, axes.Count)]);
        foreach (var k in good)
            plateaus.PartOf(seen.Codes[k]).Add(plateaus.Numbers(seen.Codes[k]), seen.Losses[k]);
        if (!plateaus.Fit())
            return null;
        foreach (var part in plateaus._parts)
            part.Merge();
        foreach (var codes in seen.Running)
            plateaus.PartOf(codes).Add(plateaus.Numbers(codes));
        return plateaus;
    }

    /// <summary>The probability that a point lies where a trial has been or runs.</summary>
    /// <param name="codes">The point's codes, NaN where absent.</param>
    public double Chance(ReadOnlySpan<double> codes) => Chance(codes, default);

    /// <summary>The same; the derivatives of its logarithm in the codes of the axes are written.</summary>
    public double Chance(ReadOnlySpan<double> codes, Span<double> slopes)
    {
        slopes.Clear();
        if (Find(codes) is not { } part)
            return 0;
        var point = Numbers(codes);
        var (most, nearest) = (0.0, default(PlateauBox));
        foreach (var box in part.Boxes)
        {
            var chance = box.Chance(point, part.Widths);
            if (chance > most)
                (most, nearest) = (chance, box);
        }

        for (var p = 0; p < slopes.Length && nearest is not null; p++)
            slopes[p] = nearest.Slope(point, part.Widths, p);
        return most;
    }

    /// <summary>Finds the widths; false where ties look like chance.</summary>
    private bool Fit()
    {
        var pairs = _parts.ConvertAll(part => part.Pairs());
        var all = pairs.SelectMany(own => own).ToList();
        if (all.Count(pair => pair.IsTie) < FewestTies)
            return false;
        var common = new PlateauLikelihood(all).Fit(_common, shrinks: false, out var gain);
        if (gain < LeastGain * _axes.Count)
            return false;
        common.CopyTo(_common, 0);
        for (var k = 0; k < pairs.Count; k++)
        {
            _parts[k].Widths = pairs[k].Count < FewestPairs
                ? _common
                : new PlateauLikelihood(pairs[k]).Fit(_common, shrinks: true, out _);
        }

        return true;
    }

    private Part? Find(ReadOnlySpan<double> codes)
    {
        foreach (var part in _parts)
        {
            if (HasChoicesOf(part.Codes, codes))
                return part;
        }

        return null;
    }

    private Part PartOf(double[] codes)
    {
        if (Find(codes) is { } known)
            return known;
        _parts.Add(new(codes, _common));
        return _parts[^1];
    }

    private bool HasChoicesOf(double[] one, ReadOnlySpan<double> other)
    {
        for (var p = 0; p < _axes.Count; p++)
        {
            var (a, b) = (one[_axes.Places[p]], other[_axes.Places[p]]);
            if (_axes.IsChoice[p] ? !a.Equals(b) : double.IsNaN(a) != double.IsNaN(b))
                return false;
        }

        return true;
    }

    /// <summary>The codes of the numeric axes, 0 for the others.</summary>
    private double[] Numbers(ReadOnlySpan<double> codes)
    {
        var numbers = new double[_axes.Count];
        for (var p = 0; p < numbers.Length; p++)
        {
            var code = codes[_axes.Places[p]];
            numbers[p] = _axes.IsChoice[p] || double.IsNaN(code) ? 0 : code;
        }

        return numbers;
    }

    /// <summary>The trials with the same choices.</summary>
    private sealed class Part(double[] codes, double[] widths)
    {
        private readonly List<double[]> _points = [];
        private readonly List<double> _losses = [];

        /// <summary>The codes of one of them.</summary>
        public double[] Codes => codes;

        public double[] Widths { get; set; } = widths;

        public List<PlateauBox> Boxes { get; private set; } = [];

        public void Add(double[] point, double loss)
        {
            _points.Add(point);
            _losses.Add(loss);
            Add(point);
        }

        /// <summary>A trial that runs.</summary>
        public void Add(double[] point) => Boxes.Add(new(point, point));

        /// <summary>Each trial with its nearest.</summary>
        public List<PlateauPair> Pairs()
        {
            var pairs = new List<PlateauPair>();
            var seen = new HashSet<(int, int)>();
            var chances = new double?[_points.Count];
            var stride = 1 + (_points.Count / MostPaired);
            for (var i = 0; i < _points.Count; i += stride)
            {
                var own = i;
                var near = Enumerable.Range(0, _points.Count).Where(j => j != own)
                    .Select(j => (Other: j, Gaps: Gaps(own, j))).OrderBy(pair => pair.Gaps.Max()).Take(Neighbours);
                foreach (var (other, gaps) in near)
                {
                    if (!seen.Add((Math.Min(i, other), Math.Max(i, other))))
                        continue;
                    var chance = Math.Sqrt((chances[i] ??= ByChance(i)) * (chances[other] ??= ByChance(other)));
                    pairs.Add(new(gaps, _losses[i] == _losses[other], chance));
                }
            }

            return pairs;
        }

        /// <summary>The share of the trials far from one that tie with it.</summary>
        private double ByChance(int i)
        {
            var far = Enumerable.Range(0, _points.Count).Where(j => j != i).OrderByDescending(j => Gaps(i, j).Max())
                .Take((_points.Count - 1) * 2 / 3).ToList();
            return (far.Count(j => _losses[j] == _losses[i]) + Doubt) / (far.Count + 1);
        }

        /// <summary>Puts those together that tie and lie near each other, the nearest first.</summary>
        public void Merge()
        {
            var boxes = Boxes.ToArray();
            foreach (var (_, i, j) in Ties(boxes).OrderByDescending(tie => tie.Chance))
            {
                var (one, other) = (boxes[i], boxes[j]);
                if (ReferenceEquals(one, other))
                    continue;
                var union = one.With(other);
                if (Enumerable.Range(0, _points.Count).Any(k => _losses[k] != _losses[i] && union.Holds(_points[k])))
                    continue;
                foreach (ref var box in boxes.AsSpan())
                    box = ReferenceEquals(box, one) || ReferenceEquals(box, other) ? union : box;
            }

            Boxes = [.. boxes.Distinct()];
        }

        private List<(double Chance, int I, int J)> Ties(PlateauBox[] boxes)
        {
            var ties = new List<(double, int, int)>();
            for (var i = 0; i < boxes.Length; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (_losses[i] == _losses[j] && boxes[i].Chance(_points[j], Widths) is > Likely and var chance)
                        ties.Add((chance, i, j));
                }
            }

            return ties;
        }

        private double[] Gaps(int i, int j)
        {
            var gaps = new double[_points[i].Length];
            for (var p = 0; p < gaps.Length; p++)
                gaps[p] = Math.Abs(_points[i][p] - _points[j][p]);
            return gaps;
        }
    }
}
