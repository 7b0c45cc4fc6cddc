namespace TuneGraph.Search;

/// <summary>What a parameter has to keep when its range changes: what its values mean.</summary>
internal static class RangeChange
{
    /// <exception cref="SearchSpaceException">It would be another parameter.</exception>
    public static void Check(string name, Distribution from, Distribution to)
    {
        var same = (from, to) switch
        {
            (FloatDistribution a, FloatDistribution b) =>
                a.Log == b.Log && a.Step == b.Step && (a.Step is not { } step || IsWhole((b.Low - a.Low) / step)),
            (IntDistribution a, IntDistribution b) =>
                a.Log == b.Log && a.Step == b.Step && (b.Low - a.Low) % a.Step == 0,
            (ShapedDistribution a, ShapedDistribution b) =>
                a.Shape == b.Shape && a.Quantum == b.Quantum && a.Whole == b.Whole,
            (CategoricalDistribution a, CategoricalDistribution b) =>
                a.Ordered == b.Ordered && (!a.Ordered || IsSameOrder(a, b)),
            _ => false,
        };
        if (!same)
            throw new SearchSpaceException(
                name,
                $"'{name}' is {from} and cannot become {to}: a change of range keeps kind, scale, shape, step (with "
                + "its grid) and the order of ordered choices; begin another study for another parameter.");
    }

    private static bool IsWhole(double steps) => Math.Abs(steps - Math.Round(steps)) <= DecimalGrid.Tolerance;

    private static bool IsSameOrder(CategoricalDistribution from, CategoricalDistribution to) =>
        from.Choices.Where(to.Choices.Contains).SequenceEqual(to.Choices.Where(from.Choices.Contains));
}
