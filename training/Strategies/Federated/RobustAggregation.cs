using System.Diagnostics;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>One update of several, some of which may be anything.</summary>
internal static class RobustAggregation
{
    /// <param name="rule">Which rule; not the mean.</param>
    /// <param name="updates">At least one, of equal lengths.</param>
    /// <param name="byzantine">How many may be anything (f).</param>
    /// <exception cref="ArgumentException">There are too few updates for so many bad ones.</exception>
    public static T[] Of<T>(ClientAggregation rule, IReadOnlyList<T[]> updates, int byzantine)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => rule switch
        {
            ClientAggregation.Median => Middle(updates, (updates.Count - 1) / 2),
            ClientAggregation.TrimmedMean => Middle(
                updates, Enough(updates.Count, byzantine, (2 * byzantine) + 1, "a trimmed mean")),
            ClientAggregation.Krum => updates[Krum(
                updates, Enough(updates.Count, byzantine, (2 * byzantine) + 3, "Krum"))],
            _ => throw new UnreachableException($"Unhandled rule {rule}."),
        };

    /// <summary>The mean of each coordinate without as many extremes on either side.</summary>
    private static T[] Middle<T>(IReadOnlyList<T[]> updates, int extremes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new T[updates[0].Length];
        var values = new T[updates.Count];
        for (var i = 0; i < result.Length; i++)
        {
            for (var j = 0; j < values.Length; j++)
                values[j] = updates[j][i];
            Array.Sort(values);
            var sum = T.Zero;
            for (var j = extremes; j < values.Length - extremes; j++)
                sum += values[j];
            result[i] = sum / T.CreateTruncating(values.Length - (2 * extremes));
        }
        return result;
    }

    /// <summary>The one whose n - f - 2 nearest others are nearest; of equal ones the first.</summary>
    private static int Krum<T>(IReadOnlyList<T[]> updates, int byzantine)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scores = new double[updates.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var own = updates[i];
            scores[i] = updates.Where((_, j) => j != i)
                .Select(other => Distance(own, other)).Order().Take(updates.Count - byzantine - 2).Sum();
        }
        return Array.IndexOf(scores, scores.Min());
    }

    private static double Distance<T>(T[] a, T[] b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = double.CreateTruncating(a[i] - b[i]);
            sum += difference * difference;
        }
        return double.IsFinite(sum) ? sum : double.MaxValue;
    }

    private static int Enough(int updates, int byzantine, int needed, string rule) => updates >= needed
        ? byzantine
        : throw new ArgumentException($"{updates} updates are too few for {rule} against {byzantine} bad ones; it needs "
            + $"{needed}. Sample more clients, or lower byzantine.");
}
