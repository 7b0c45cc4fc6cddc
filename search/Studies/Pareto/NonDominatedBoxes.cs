namespace TuneGraph.Search;

/// <summary>
/// The part of the space of losses, below a reference point, that no point of a front dominates, cut into boxes that do
/// not overlap. The local upper bounds are those of Lacour, Klamroth and Fonseca, "A box decomposition algorithm to
/// compute the hypervolume indicator", Computers and Operations Research 79 (2017), Algorithm 1; a box reaches from −∞
/// to its bound in the first objective, and in the others as far as their equation (2) says. Of n points there are
/// n + 1 boxes in two objectives, 2n + 1 in three, and at most some n² in four.
/// </summary>
internal sealed class NonDominatedBoxes
{
    private readonly int[] _low; // [box, objective], places among the bounds
    private readonly int[] _high;

    /// <summary>The boxes about these points.</summary>
    /// <param name="points">The losses of each; those that are dominated, or not below the reference, count for
    /// nothing.</param>
    /// <param name="reference">The worst loss of each objective that counts.</param>
    public NonDominatedBoxes(IEnumerable<double[]> points, double[] reference)
    {
        List<double[]> inside = [.. points.Where(point => IsBelow(point, reference))];
        var ranks = Dominance.Ranks(inside);
        List<double[]> front = [.. inside.Where((_, k) => ranks[k] == 0)];
        Bounds = [.. reference.Select((end, j) => BoundsOf(front.Select(point => point[j]), end))];
        var corners = Corners(front, reference);
        var boxes = corners.Select(corner => (Low: LowOf(corner), High: corner.Bound))
            .Where(box => IsBelow(box.Low, box.High)).ToList();
        Count = boxes.Count;
        _low = [.. boxes.SelectMany(box => box.Low.Select(PlaceOf))];
        _high = [.. boxes.SelectMany(box => box.High.Select(PlaceOf))];
    }

    /// <summary>How many boxes there are.</summary>
    public int Count { get; }

    /// <summary>
    /// For each objective the ends that boxes have there, rising: the first −∞, the last the reference.
    /// </summary>
    public double[][] Bounds { get; }

    /// <summary>The places of a box's lower ends among the bounds.</summary>
    public ReadOnlySpan<int> Low(int box) => _low.AsSpan(box * Bounds.Length, Bounds.Length);

    /// <summary>The places of a box's upper ends among the bounds.</summary>
    public ReadOnlySpan<int> High(int box) => _high.AsSpan(box * Bounds.Length, Bounds.Length);

    private int PlaceOf(double end, int place)
    {
        var bounds = Bounds[place % Bounds.Length];
        return Array.BinarySearch(bounds, end);
    }

    private static double[] BoundsOf(IEnumerable<double> values, double end) =>
        [double.NegativeInfinity, .. values.Distinct().Order(), end];

    /// <summary>Splits each bound above a point along every objective in which it still bounds something.</summary>
    private static List<Corner> Corners(List<double[]> front, double[] reference)
    {
        var count = reference.Length;
        List<Corner> corners = [new(reference, [.. reference.Select((_, j) => Edge(reference, j))])];
        foreach (var point in front)
        {
            var next = new List<Corner>(corners.Count + count);
            foreach (var corner in corners)
                next.AddRange(IsBelow(point, corner.Bound) ? corner.Split(point) : [corner]);
            corners = next;
        }

        return corners;
    }

    /// <summary>The point at infinity that defines a bound in one objective before any other does.</summary>
    private static double[] Edge(double[] reference, int objective)
    {
        var edge = new double[reference.Length];
        edge.AsSpan().Fill(double.NegativeInfinity);
        edge[objective] = reference[objective];
        return edge;
    }

    private static double[] LowOf(Corner corner)
    {
        var low = new double[corner.Bound.Length];
        low.AsSpan().Fill(double.NegativeInfinity);
        for (var j = 1; j < low.Length; j++)
        {
            for (var k = 0; k < j; k++)
                low[j] = Math.Max(low[j], corner.Defining[k][j]);
        }

        return low;
    }

    private static bool IsBelow(double[] one, double[] other)
    {
        for (var j = 0; j < one.Length; j++)
        {
            if (!(one[j] < other[j]))
                return false;
        }

        return true;
    }

    /// <summary>A local upper bound u, and for each objective the point that defines it there.</summary>
    private sealed record Corner(double[] Bound, double[][] Defining)
    {
        public IEnumerable<Corner> Split(double[] point) =>
            Enumerable.Range(0, point.Length).Where(j => Splits(point, j)).Select(j => At(point, j));

        /// <summary>Whether the point bounds something in this objective: z_j ≥ max over k ≠ j of z^k_j.</summary>
        private bool Splits(double[] point, int objective)
        {
            for (var k = 0; k < Defining.Length; k++)
            {
                if (k != objective && Defining[k][objective] > point[objective])
                    return false;
            }

            return true;
        }

        private Corner At(double[] point, int objective)
        {
            var (bound, defining) = ((double[])Bound.Clone(), (double[][])Defining.Clone());
            (bound[objective], defining[objective]) = (point[objective], point);
            return new(bound, defining);
        }
    }
}
