namespace TuneGraph.Search;

/// <summary>Looks for rows whose expected improvement is large, where a forest predicts.</summary>
internal sealed class ForestSearch(ForestPoints points, RegressionForest forest, double best)
{
    private const int MostSteps = 20;

    /// <summary>
    /// Random rows and the ends of local searches, by falling expected improvement; of equal ones, those found by local
    /// search first.
    /// </summary>
    public List<(double Gain, double[] Row)> Candidates(
        IEnumerable<double[]> starts, int randomRows, SearchRandom random)
    {
        var found = new List<(double Gain, double[] Row)>();
        foreach (var start in starts.ToList())
            Climb(start, random, found);
        for (var i = 0; i < randomRows; i++)
        {
            var row = points.Draw(random);
            found.Add((Gain(row), row));
        }

        return [.. found.OrderByDescending(f => f.Gain)];
    }

    /// <summary>Goes to the best neighbour while there is a better one; everything seen is a candidate.</summary>
    private void Climb(double[] start, SearchRandom random, List<(double Gain, double[] Row)> found)
    {
        var (row, gain) = (start, Gain(start));
        found.Add((gain, row));
        for (var step = 0; step < MostSteps; step++)
        {
            var (next, most) = (row, gain);
            foreach (var neighbour in points.Neighbours(row, random))
            {
                var value = Gain(neighbour);
                found.Add((value, neighbour));
                if (value > most)
                    (next, most) = (neighbour, value);
            }

            if (ReferenceEquals(next, row))
                return;
            (row, gain) = (next, most);
        }
    }

    /// <summary>Expected improvement (Jones, Schonlau and Welch, 1998).</summary>
    private double Gain(double[] row)
    {
        var (mean, variance) = forest.Predict(row);
        var deviation = Math.Sqrt(variance);
        if (deviation < 1e-12)
            return Math.Max(0, best - mean);
        var z = (best - mean) / deviation;
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        return deviation * ((z * Gaussian.Cdf(z)) + density);
    }
}
