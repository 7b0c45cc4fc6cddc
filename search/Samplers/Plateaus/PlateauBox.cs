namespace TuneGraph.Search;

/// <summary>A part of one plateau: all of it between the least and the largest codes that were seen there.</summary>
internal sealed class PlateauBox(double[] low, double[] high)
{
    private const double Least = 1e-9;

    /// <summary>Whether a point, given by its numeric codes, lies in it.</summary>
    public bool Holds(double[] point)
    {
        for (var axis = 0; axis < low.Length; axis++)
        {
            if (point[axis] < low[axis] || point[axis] > high[axis])
                return false;
        }

        return true;
    }

    /// <summary>The smallest box around both.</summary>
    public PlateauBox With(PlateauBox other) => other.Around(low, high);

    /// <summary>
    /// The probability that a point lies on the plateau: a step of width w reaches beyond a box of extent e by a
    /// distance d with 1 − d / (w − e), along each axis.
    /// </summary>
    public double Chance(double[] point, double[] widths)
    {
        var chance = 1.0;
        for (var axis = 0; axis < low.Length && chance > 0; axis++)
        {
            var gap = Gap(point, axis);
            if (gap != 0)
                chance *= PlateauLikelihood.Reach(Math.Abs(gap), Left(widths, axis));
        }

        return chance;
    }

    /// <summary>The derivative of the chance's logarithm in one code, where the chance is above 0.</summary>
    public double Slope(double[] point, double[] widths, int axis)
    {
        var gap = Gap(point, axis);
        return -Math.Sign(gap) / (Left(widths, axis) - Math.Abs(gap));
    }

    private PlateauBox Around(double[] otherLow, double[] otherHigh) => new(
        [.. low.Select((code, axis) => Math.Min(code, otherLow[axis]))],
        [.. high.Select((code, axis) => Math.Max(code, otherHigh[axis]))]);

    private double Left(double[] widths, int axis) => Math.Max(widths[axis] - (high[axis] - low[axis]), Least);

    /// <summary>How far the point lies beyond the box; negative below it.</summary>
    private double Gap(double[] point, int axis) => point[axis] < low[axis] ? point[axis] - low[axis]
        : point[axis] > high[axis] ? point[axis] - high[axis]
        : 0;
}
