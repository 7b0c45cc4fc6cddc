namespace TuneGraph.Training;

/// <summary>Which train rows each client holds; every row is held once, and every client holds at least one.</summary>
internal static class ClientRows
{
    private const int TargetClasses = 10;

    /// <exception cref="ArgumentException">There are fewer rows than clients.</exception>
    public static int[][] Of(Dataset data, FederatedStrategy strategy, ulong seed)
    {
        if (data.Rows < strategy.Clients)
        {
            throw new ArgumentException($"{data.Rows} train rows cannot be spread over {strategy.Clients} clients; each "
                + "needs at least one.", nameof(data));
        }
        var order = new int[data.Rows];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        RandomStream.Strategy(seed, StrategyDraw.ClientRows, 0).Shuffle(order);
        return strategy.Split switch
        {
            ClientSplit.ByLabel => ByLabel(data, order, strategy.Clients, seed),
            ClientSplit.Dirichlet => Dirichlet(data, order, strategy, seed),
            _ => Cut(order, strategy.Clients),
        };
    }

    private static int[][] Cut(int[] order, int parts) =>
    [
        .. Enumerable.Range(0, parts).Select(part => order[
            (int)((long)order.Length * part / parts)..(int)((long)order.Length * (part + 1) / parts)]),
    ];

    private static int[][] ByLabel(Dataset data, int[] order, int clients, ulong seed)
    {
        int[] sorted = [.. order.OrderBy(row => data.Labels.IsEmpty ? data.Targets[row] : data.Labels[row])];
        if (data.Rows < 2 * clients)
            return Cut(sorted, clients);
        var pieces = Cut(sorted, 2 * clients);
        var hands = Enumerable.Range(0, pieces.Length).ToArray();
        RandomStream.Strategy(seed, StrategyDraw.ClientRows, 1).Shuffle(hands);
        return [.. Enumerable.Range(0, clients).Select(
            client => pieces[hands[2 * client]].Concat(pieces[hands[(2 * client) + 1]]).ToArray())];
    }

    private static int[][] Dirichlet(Dataset data, int[] order, FederatedStrategy strategy, ulong seed)
    {
        var held = Enumerable.Range(0, strategy.Clients).Select(_ => new List<int>()).ToArray();
        var classes = Classes(data, order);
        for (var c = 0; c < classes.Length; c++)
        {
            var shares = DirichletShares(
                RandomStream.Strategy(seed, StrategyDraw.ClientShares, c), strategy.Alpha, strategy.Clients);
            var (sum, from) = (0.0, 0);
            for (var client = 0; client < held.Length; client++)
            {
                sum += shares[client];
                var end = client == held.Length - 1
                    ? classes[c].Length
                    : Math.Clamp((int)Math.Round(sum * classes[c].Length), from, classes[c].Length);
                held[client].AddRange(classes[c][from..end]);
                from = end;
            }
        }
        foreach (var empty in held.Where(rows => rows.Count == 0))
        {
            var richest = held.MaxBy(rows => rows.Count)!;
            empty.Add(richest[^1]);
            richest.RemoveAt(richest.Count - 1);
        }
        return [.. held.Select(rows => rows.ToArray())];
    }

    private static int[][] Classes(Dataset data, int[] order) => data.Labels.IsEmpty
        ? Cut([.. order.OrderBy(row => data.Targets[row])], Math.Min(TargetClasses, order.Length))
        : [.. Enumerable.Range(0, data.Schema.ClassNames.Length).Select(
            c => order.Where(row => data.Labels[row] == c).ToArray())];

    /// <summary>Gamma variables over their sum; each by Marsaglia and Tsang 2000, with the boost for α below 1.</summary>
    private static double[] DirichletShares(RandomStream draw, double alpha, int count)
    {
        var position = 0ul;
        var logs = new double[count];
        for (var i = 0; i < count; i++)
            logs[i] = LogGamma(draw, ref position, alpha);
        var most = logs.Max();
        var sum = logs.Sum(log => Math.Exp(log - most));
        return Array.ConvertAll(logs, log => Math.Exp(log - most) / sum);
    }

    /// <summary>The logarithm, since a gamma variable of a small α may be below every double.</summary>
    private static double LogGamma(RandomStream draw, ref ulong position, double alpha)
    {
        var boost = alpha < 1 ? Math.Log(1 - draw.Uniform(position++)) / alpha : 0;
        var d = (alpha < 1 ? alpha + 1 : alpha) - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal(draw, position);
            var u = 1 - draw.Uniform(position + 2);
            position += 3;
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(u) < (x * x / 2) + d - (d * v) + (d * Math.Log(v)))
                return Math.Log(d * v) + boost;
        }
    }

    /// <summary>Box and Muller 1958, of two neighbours.</summary>
    public static double Normal(RandomStream draw, ulong position) =>
        Math.Sqrt(-2 * Math.Log(1 - draw.Uniform(position))) * Math.Cos(2 * Math.PI * draw.Uniform(position + 1));
}
