using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>The best value so far as a small line, the better the higher, for an SVG of 110 by 26.</summary>
internal static class SparkLine
{
    private const int Width = 110;
    private const int Height = 26;
    private const int Margin = 2;
    private const int MostPoints = 55;

    /// <summary>The points of a polyline; empty while there is no value.</summary>
    public static string Of(StudyView view)
    {
        var best = Best(view);
        if (best.Count == 0)
            return "";
        var (low, high) = (best.Min(), best.Max());
        var every = Math.Max(1, best.Count / (double)MostPoints);
        var points = new List<string>();
        for (var place = 0.0; place < best.Count; place += every)
            points.Add(Point((int)place, best[(int)place]));
        points.Add(Point(best.Count - 1, best[^1]));
        return string.Join(' ', points);

        string Point(int at, double value)
        {
            var x = Margin + ((Width - (2.0 * Margin)) * at / Math.Max(1, best.Count - 1));
            var part = high > low ? (value - low) / (high - low) : 0.5;
            var up = view.Direction == Direction.Maximize ? part : 1 - part;
            return string.Create(
                CultureInfo.InvariantCulture, $"{x:0.#},{Height - Margin - ((Height - (2 * Margin)) * up):0.#}");
        }
    }

    private static List<double> Best(StudyView view)
    {
        var best = new List<double>();
        foreach (var trial in view.Trials)
        {
            if (trial is { State: TrialState.Completed, IsFeasible: true, Values.Length: > 0 })
            {
                var value = trial.Values[0];
                var isBetter = best.Count == 0
                    || (view.Direction == Direction.Minimize ? value < best[^1] : value > best[^1]);
                best.Add(isBetter ? value : best[^1]);
            }
            else if (best.Count > 0)
                best.Add(best[^1]);
        }

        return best;
    }
}
