using System.Runtime.InteropServices;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>How fast a rank computed in an epoch; what it waited for others is left out, but for batch norm.</summary>
/// <param name="Passes">Forward and backward passes.</param>
/// <param name="MeanSeconds">Mean seconds of one.</param>
/// <param name="DeviationSeconds">Their standard deviation.</param>
/// <param name="Rows">Rows in all of them.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct RankPace(double Passes, double MeanSeconds, double DeviationSeconds, double Rows)
{
    /// <summary>
    /// Standard deviation of the passes of all ranks, as a part of their mean; 0 where there are none.
    /// </summary>
    public static double Variation(ReadOnlySpan<RankPace> paces)
    {
        var (count, sum, squares) = (0.0, 0.0, 0.0);
        foreach (var pace in paces)
        {
            count += pace.Passes;
            sum += pace.Passes * pace.MeanSeconds;
            squares += pace.Passes
                * ((pace.DeviationSeconds * pace.DeviationSeconds) + (pace.MeanSeconds * pace.MeanSeconds));
        }
        if (count == 0 || sum == 0)
            return 0;
        var mean = sum / count;
        return Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))) / mean;
    }

    /// <summary>All ranks' paces, in rank order; a collective.</summary>
    internal static RankPace[] Gather(ProcessGroup group, RankPace mine)
    {
        var all = new RankPace[group.WorldSize];
        group.AllGather(
            MemoryMarshal.Cast<RankPace, double>(MemoryMarshal.CreateReadOnlySpan(ref mine, 1)),
            MemoryMarshal.Cast<RankPace, double>(all.AsSpan()));
        return all;
    }
}
