namespace TuneGraph.Search;

/// <summary>
/// Keeps trials near every reference line: NSGA-III (Deb and Jain 2014, Algorithms 1 to 4). Fronts that have no
/// completed trials are cut by number.
/// </summary>
internal sealed class NichingSurvival(IReadOnlyList<double[]> lines) : Survival
{
    private readonly ObjectiveScale _scale = new(lines[0].Length);

    protected override IEnumerable<Individual> Of(
        IReadOnlyList<TrialFront> before, TrialFront front, int places, SearchRandom random)
    {
        if (front.Tier != TrialTier.Completed)
            return front.Trials.OrderBy(trial => trial.Number).Take(places).Select(Chosen);
        var settled = before.SelectMany(f => f.Losses).ToList();
        _scale.Learn(before.Count > 0 ? before[0].Losses : front.Losses, settled.Concat(front.Losses));
        return front.Trials.Count <= places
            ? front.Trials.Select(Chosen)
            : Niche(settled, front, places, random).Select(i => Chosen(front.Trials[i]));

        Individual Chosen(Trial trial) => new(trial, before.Count, 0);
    }

    /// <summary>The places in the front of those who live on.</summary>
    private List<int> Niche(List<double[]> settled, TrialFront front, int places, SearchRandom random)
    {
        var crowd = new int[lines.Count];
        foreach (var losses in settled)
            crowd[Nearest(losses).Line]++;
        var waiting = new List<(int Place, double Distance)>[lines.Count];
        for (var line = 0; line < waiting.Length; line++)
            waiting[line] = [];
        for (var i = 0; i < front.Losses.Count; i++)
        {
            var (line, distance) = Nearest(front.Losses[i]);
            waiting[line].Add((i, distance));
        }

        var chosen = new List<int>(places);
        while (chosen.Count < places)
        {
            var open = Enumerable.Range(0, lines.Count).Where(line => waiting[line].Count > 0).ToList();
            var least = open.Min(line => crowd[line]);
            open.RemoveAll(line => crowd[line] > least);
            var line = open[(int)random.NextInt64(open.Count)];
            var next = least == 0
                ? waiting[line].MinBy(member => member.Distance)
                : waiting[line][(int)random.NextInt64(waiting[line].Count)];
            waiting[line].Remove(next);
            crowd[line]++;
            chosen.Add(next.Place);
        }

        return chosen;
    }

    /// <summary>The line with the smallest perpendicular distance; of equal ones the first.</summary>
    private (int Line, double Distance) Nearest(double[] losses)
    {
        var point = _scale.Scaled(losses);
        var (nearest, least) = (0, double.PositiveInfinity);
        for (var line = 0; line < lines.Count; line++)
        {
            var (along, length, square) = (0.0, 0.0, 0.0);
            for (var i = 0; i < point.Length; i++)
            {
                along += point[i] * lines[line][i];
                length += lines[line][i] * lines[line][i];
                square += point[i] * point[i];
            }

            var distance = square - (along * along / length);
            if (distance < least)
                (nearest, least) = (line, distance);
        }

        return (nearest, least);
    }
}
