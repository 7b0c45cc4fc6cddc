using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>The server of a round: who takes part, and what the updates change.</summary>
/// <param name="strategy">The rules.</param>
/// <param name="elements">Where a model's numbers lie: what fills up its rows stays 0.</param>
/// <param name="seed">Decides samples, drop-outs and noise.</param>
/// <param name="group">The ranks.</param>
internal sealed class ClientMean<T>(FederatedStrategy strategy, int[] elements, ulong seed, ProcessGroup group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the last secure sum was opened.</summary>
    public bool Opened { get; private set; }

    /// <summary>
    /// The clients of a round, ascending: a fixed share of them, or, where privacy is counted, each by itself with that
    /// probability.
    /// </summary>
    public int[] Sample(int round)
    {
        var draw = RandomStream.Strategy(seed, StrategyDraw.ClientSample, round);
        var order = Enumerable.Range(0, strategy.Clients).ToArray();
        if (strategy.IsPrivate)
            return [.. order.Where(client => draw.Uniform((ulong)client) < strategy.ClientShare)];
        draw.Shuffle(order);
        var count = Math.Max(1, (int)Math.Round(strategy.ClientShare * strategy.Clients));
        return [.. order.Take(count).Order()];
    }

    /// <summary>Which of a round's clients stay to the end.</summary>
    public bool[] Stay(int[] sampled, int round)
    {
        var draw = RandomStream.Strategy(seed, StrategyDraw.ClientDropOut, round);
        return Array.ConvertAll(sampled, client => draw.Uniform((ulong)client) >= strategy.DropOut);
    }

    /// <summary>Scales an update down to a length.</summary>
    public static void Clip(T[] change, double norm)
    {
        var length = Math.Sqrt(ArenaArithmetic.SumOfSquares<T>(change));
        if (length > norm)
            ArenaArithmetic.Scale<T>(change, norm / length);
    }

    /// <summary>The model's step by updates that are known.</summary>
    public void Apply(T[] model, LocalResult<T>[] results, int round)
    {
        if (strategy.Aggregation != ClientAggregation.Mean)
        {
            var robust = RobustAggregation.Of(
                strategy.Aggregation, [.. results.Select(result => result.Change)], strategy.Byzantine);
            ArenaArithmetic.AddScaled<T>(model, robust, strategy.ServerRate);
            return;
        }
        var denominator = strategy.IsPrivate ? Expected : results.Sum(result => result.Samples);
        var sum = new T[model.Length];
        foreach (var result in results)
            ArenaArithmetic.AddScaled<T>(sum, result.Change, WeightOf(result) / denominator);
        AddNoise(sum, round);
        ArenaArithmetic.AddScaled<T>(model, sum, strategy.ServerRate);
    }

    /// <summary>The same when only the sum may be known; nothing where it cannot be opened.</summary>
    public void ApplySecurely(T[] model, Dictionary<int, LocalResult<T>> own, bool[] stays, int round)
    {
        var threshold = Math.Max(1, (int)Math.Ceiling(strategy.SecureThreshold * stays.Length));
        var total = new SecureSum(stays.Length, threshold, group).Of(stays, i => Weighted(own[i]));
        Opened = total is not null;
        if (total is null)
            return;
        var sum = new T[model.Length];
        var denominator = strategy.IsPrivate ? Expected : total[^1];
        for (var i = 0; i < sum.Length; i++)
            sum[i] = T.CreateTruncating(total[i] / denominator);
        AddNoise(sum, round);
        ArenaArithmetic.AddScaled<T>(model, sum, strategy.ServerRate);
    }

    /// <summary>Clients of a round on average (qW).</summary>
    private double Expected => strategy.ClientShare * strategy.Clients;

    private double WeightOf(LocalResult<T> result) => strategy.IsPrivate ? 1 : result.Samples;

    private double[] Weighted(LocalResult<T> result) =>
    [
        .. result.Change.Select(value => WeightOf(result) * double.CreateTruncating(value)), WeightOf(result),
    ];

    /// <summary>N(0, (z S / qW)²) on every coordinate.</summary>
    private void AddNoise(T[] sum, int round)
    {
        if (!strategy.IsPrivate)
            return;
        var deviation = strategy.NoiseMultiplier * strategy.ClipNorm / Expected;
        var draw = RandomStream.Strategy(seed, StrategyDraw.Noise, round);
        foreach (var i in elements)
            sum[i] += T.CreateTruncating(deviation * ClientRows.Normal(draw, 2 * (ulong)i));
    }
}
