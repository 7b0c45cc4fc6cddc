namespace TuneGraph.Dashboard;

/// <summary>A long curve as a screen can show it: the lowest and the highest point of each part of it.</summary>
internal static class CurveSample
{
    private const int Parts = 200;

    /// <summary>The points in their order: all where they are few, and always the first and the last.</summary>
    public static IEnumerable<CurvePoint> Of(IReadOnlyList<CurvePoint> curve)
    {
        if (curve.Count <= 2 * Parts)
            return curve;
        var kept = new SortedSet<int> { 0, curve.Count - 1 };
        for (var part = 0; part < Parts; part++)
        {
            var (from, end) = (
                (int)((long)curve.Count * part / Parts), (int)((long)curve.Count * (part + 1) / Parts));
            var places = Enumerable.Range(from, end - from).ToList();
            kept.Add(places.MinBy(place => curve[place].Value));
            kept.Add(places.MaxBy(place => curve[place].Value));
        }

        return kept.Select(place => curve[place]);
    }
}
