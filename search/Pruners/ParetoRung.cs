namespace TuneGraph.Search;

/// <summary>All trials that have arrived at one rung with a loss for each objective.</summary>
internal sealed class ParetoRung(int step)
{
    private readonly List<double[]> _losses = [];
    private readonly List<int> _trials = [];
    private readonly HashSet<int> _paused = [];
    private List<(int Trial, int Front)>? _order;

    public int Step { get; } = step;

    public int Count => _trials.Count;

    public void Add(int trial, double[] losses)
    {
        _trials.Add(trial);
        _losses.Add(losses);
        _order = null;
    }

    public void Pause(int trial) => _paused.Add(trial);

    public void Resume(int trial) => _paused.Remove(trial);

    /// <summary>The trial's front and its place among all, both from 0.</summary>
    public (int Front, int Place) PlaceOf(int trial)
    {
        var place = Order.FindIndex(entry => entry.Trial == trial);
        return (Order[place].Front, place);
    }

    /// <summary>The first paused trial of the best so many.</summary>
    public int? BestPausedOf(int places)
    {
        foreach (var (trial, _) in Order.Take(places))
        {
            if (_paused.Contains(trial))
                return trial;
        }

        return null;
    }

    private List<(int Trial, int Front)> Order => _order ??= Sort();

    private List<(int Trial, int Front)> Sort()
    {
        var ranks = Dominance.Ranks(_losses);
        var order = new List<(int, int)>(Count);
        foreach (var front in Enumerable.Range(0, Count).GroupBy(i => ranks[i]).OrderBy(group => group.Key))
            order.AddRange(Spread([.. front]).Select(i => (_trials[i], front.Key)));
        return order;
    }

    /// <summary>
    /// The front from the member with the least first loss on, each next one the farthest from all before it: distances
    /// in parts of the front's extent, and of equal ones the older trial.
    /// </summary>
    private List<int> Spread(List<int> front)
    {
        var objectives = _losses[front[0]].Length;
        var low = new double[objectives];
        var extent = new double[objectives];
        for (var m = 0; m < objectives; m++)
        {
            low[m] = front.Min(i => _losses[i][m]);
            extent[m] = front.Max(i => _losses[i][m]) - low[m];
        }

        var order = new List<int>(front.Count);
        var next = front.MinBy(i => (_losses[i][0], i));
        var distances = front.ToDictionary(i => i, _ => double.PositiveInfinity);
        while (true)
        {
            order.Add(next);
            distances.Remove(next);
            if (distances.Count == 0)
                return order;
            foreach (var i in distances.Keys)
                distances[i] = Math.Min(distances[i], Distance(i, next));
            next = distances.MinBy(entry => (-entry.Value, entry.Key)).Key;
        }

        double Distance(int a, int b)
        {
            var sum = 0.0;
            for (var m = 0; m < objectives; m++)
            {
                var part = extent[m] > 0 ? (_losses[a][m] - _losses[b][m]) / extent[m] : 0;
                sum += part * part;
            }

            return sum;
        }
    }
}
