namespace TuneGraph.Search;

/// <summary>
/// Points spread evenly over the plane on which the objectives sum to 1 (Das and Dennis, SIAM J. Optim. 8 (3), 1998):
/// all whose coordinates are multiples of 1/p.
/// </summary>
internal static class ReferencePoints
{
    /// <summary>C(objectives + p − 1, p) points, the first coordinate rising slowest.</summary>
    public static List<double[]> DasDennis(int objectives, int p)
    {
        var points = new List<double[]>();
        Fill(new double[objectives], 0, p);
        return points;

        void Fill(double[] point, int place, int left)
        {
            if (place == objectives - 1)
            {
                point[place] = (double)left / p;
                points.Add([.. point]);
                return;
            }

            for (var k = 0; k <= left; k++)
            {
                point[place] = (double)k / p;
                Fill(point, place + 1, left - k);
            }
        }
    }

    /// <summary>The largest p that gives no more points than this; at least 1.</summary>
    public static int DivisionsFor(int objectives, int most)
    {
        if (objectives == 1)
            return 1;
        var p = 1;
        while (Count(objectives, p + 1) <= most)
            p++;
        return p;
    }

    private static long Count(int objectives, int p)
    {
        var count = 1L;
        for (var i = 1; i < objectives; i++)
            count = count * (p + i) / i;
        return count;
    }
}
