namespace TuneGraph.Search;

/// <summary>Rungs at r·η⁰, r·η¹, r·η², … below the largest step.</summary>
internal static class Ladder
{
    /// <summary>The first rung above a step; null where there is none. A largest step of 0 is unknown.</summary>
    public static int? Next(int step, int maxResource, int first, int factor)
    {
        for (long rung = first; rung <= int.MaxValue && (maxResource == 0 || rung < maxResource); rung *= factor)
        {
            if (rung > step)
                return (int)rung;
        }

        return null;
    }
}
