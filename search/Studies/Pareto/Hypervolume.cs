namespace TuneGraph.Search;

/// <summary>
/// How much of the space of objectives a set of points dominates, up to a reference point: the measure of a Pareto
/// front. Exact: in two objectives a sweep, in more the WFG algorithm (While, Bradstreet and Barone, IEEE TEVC 16 (1),
/// 2012) over points sorted by their last objective, which takes one objective away at each level.
/// </summary>
public static class Hypervolume
{
    /// <summary>The hypervolume of points of which smaller values are better.</summary>
    /// <param name="points">
    /// [point, objective], row by row; points that are not below the reference in every objective add nothing.
    /// </param>
    /// <param name="reference">
    /// The worst value of each objective that counts; its length is the number of objectives.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no objective, the points do not fill whole rows, or a value is NaN.
    /// </exception>
    public static double Of(ReadOnlySpan<double> points, ReadOnlySpan<double> reference)
    {
        if (reference.IsEmpty || points.Length % reference.Length != 0)
            throw new ArgumentException(
                $"{points.Length} values are no whole points of {reference.Length} objectives; "
                + "give each point one value for each objective.", nameof(points));
        foreach (var value in points)
            ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(value), true, nameof(points));
        var rows = new List<double[]>(points.Length / reference.Length);
        for (var i = 0; i < points.Length; i += reference.Length)
            rows.Add(points.Slice(i, reference.Length).ToArray());
        return OfRows(rows, reference);
    }

    /// <summary>As <see cref="Of"/>, with a point a row.</summary>
    internal static double OfRows(IEnumerable<double[]> points, ReadOnlySpan<double> reference)
    {
        var inside = new List<double[]>();
        foreach (var point in points)
        {
            if (IsBelow(point, reference))
                inside.Add(point);
        }

        return Volume(inside, reference);
    }

    /// <summary>By how much a point makes the hypervolume of others larger.</summary>
    internal static double Added(double[] point, IEnumerable<double[]> others, ReadOnlySpan<double> reference)
    {
        if (!IsBelow(point, reference))
            return 0;
        var box = 1.0;
        for (var i = 0; i < reference.Length; i++)
            box *= reference[i] - point[i];
        var shadows = new List<double[]>();
        foreach (var other in others)
        {
            var shadow = new double[reference.Length];
            for (var i = 0; i < shadow.Length; i++)
                shadow[i] = Math.Max(other[i], point[i]);
            shadows.Add(shadow);
        }

        return Math.Max(0, box - OfRows(shadows, reference));
    }

    private static bool IsBelow(double[] point, ReadOnlySpan<double> reference)
    {
        for (var i = 0; i < reference.Length; i++)
        {
            if (!(point[i] < reference[i]))
                return false;
        }

        return true;
    }

    /// <summary>Looks at the first objectives only, as many as the reference has.</summary>
    private static double Volume(List<double[]> points, ReadOnlySpan<double> reference)
    {
        if (points.Count == 0)
            return 0;
        return reference.Length switch
        {
            1 => reference[0] - points.Min(point => point[0]),
            2 => Area(points, reference),
            _ => Slices(points, reference),
        };
    }

    private static double Area(List<double[]> points, ReadOnlySpan<double> reference)
    {
        points.Sort(static (a, b) => a[0].CompareTo(b[0]));
        var (area, top) = (0.0, reference[1]);
        foreach (var point in points)
        {
            if (point[1] >= top)
                continue;
            area += (reference[0] - point[0]) * (top - point[1]);
            top = point[1];
        }

        return area;
    }

    /// <summary>
    /// From the worst point in the last objective to the best, what each dominates that none of those after it does:
    /// its own box, without the part that they cut off when they are moved onto its slice.
    /// </summary>
    private static double Slices(List<double[]> points, ReadOnlySpan<double> reference)
    {
        var last = reference.Length - 1;
        points.Sort((a, b) => b[last].CompareTo(a[last]));
        var volume = 0.0;
        for (var k = 0; k < points.Count; k++)
        {
            var point = points[k];
            var box = 1.0;
            for (var i = 0; i < last; i++)
                box *= reference[i] - point[i];
            var shadow = Volume(Shadows(points, k, last), reference[..last]);
            volume += (reference[last] - point[last]) * (box - shadow);
        }

        return volume;
    }

    /// <summary>The points after the k-th, each no better than that; dominated ones are left out.</summary>
    private static List<double[]> Shadows(List<double[]> points, int k, int objectives)
    {
        var shadows = new List<double[]>(points.Count - k);
        for (var j = k + 1; j < points.Count; j++)
        {
            var shadow = new double[objectives];
            for (var i = 0; i < objectives; i++)
                shadow[i] = Math.Max(points[j][i], points[k][i]);
            if (objectives > 2 && shadows.Exists(other => other.AsSpan().SequenceEqual(shadow)
                || Dominance.Dominates(other, shadow)))
                continue;
            if (objectives > 2)
                shadows.RemoveAll(other => Dominance.Dominates(shadow, other));
            shadows.Add(shadow);
        }

        return shadows;
    }
}
