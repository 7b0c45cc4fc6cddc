using System.Numerics;

namespace TuneGraph.Training;

/// <summary>What a client's round came to.</summary>
/// <param name="Change">Its model minus the round's: parameters, then statistics.</param>
/// <param name="Loss">Sum of its losses.</param>
/// <param name="Samples">Samples it has seen.</param>
/// <param name="Steps">Steps it has made (K).</param>
internal sealed record LocalResult<T>(T[] Change, double Loss, double Samples, int Steps);

/// <summary>Lets a client train on its rows.</summary>
internal sealed class LocalWork<T>(FederatedStrategy strategy, TrainingInput input, int[][] rows) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LocalLearner<T> Learner { get; } = new(
        input, strategy.LocalBatch > 0 ? strategy.LocalBatch : rows.Max(client => client.Length));

    /// <summary>Elements of a client's update.</summary>
    public int Length => Learner.Plan.Length + Learner.Plan.StatisticsLength;

    /// <summary>Where the numbers of a model lie: the rest of it is filling.</summary>
    public int[] Elements()
    {
        var plan = Learner.Plan;
        IEnumerable<int> At(TensorPlace place) => Enumerable.Range(0, place.Count)
            .Select(i => place.Index(i / place.Columns, i % place.Columns));
        return [.. plan.Parameters.SelectMany(At), .. plan.Statistics.SelectMany(At).Select(i => plan.Length + i)];
    }

    /// <param name="client">Which client.</param>
    /// <param name="round">Which round.</param>
    /// <param name="model">The round's model: parameters, then statistics.</param>
    /// <param name="correction">c - c_i of SCAFFOLD, added to every gradient; empty for none.</param>
    /// <param name="rate">The learning rate.</param>
    public LocalResult<T> Run(int client, int round, T[] model, ReadOnlySpan<T> correction, double rate)
    {
        var parameters = Learner.Plan.Length;
        Set(model);
        Learner.ResetOptimizer();
        var own = rows[client].ToArray();
        var size = strategy.LocalBatch > 0 ? Math.Min(strategy.LocalBatch, own.Length) : own.Length;
        var (loss, steps) = (0.0, 0);
        for (var epoch = 0; epoch < strategy.LocalEpochs; epoch++)
        {
            var number = unchecked((((round * strategy.Clients) + client) * strategy.LocalEpochs) + epoch);
            RandomStream.Strategy(input.Spec.Seed, StrategyDraw.ClientOrder, number).Shuffle(own);
            for (var start = 0; start < own.Length; start += size)
            {
                var batch = own.AsSpan(start, Math.Min(size, own.Length - start));
                loss += Learner.Differentiate(batch, number, start);
                if (strategy.Algorithm == FederatedAlgorithm.FedProx && strategy.Mu > 0)
                {
                    ArenaArithmetic.AddScaled<T>(Learner.Gradient, Learner.Weights, strategy.Mu);
                    ArenaArithmetic.AddScaled<T>(Learner.Gradient, model.AsSpan(0, parameters), -strategy.Mu);
                }
                if (!correction.IsEmpty)
                    ArenaArithmetic.AddScaled(Learner.Gradient, correction, 1);
                Learner.Step(rate);
                steps++;
            }
        }
        var change = Get();
        ArenaArithmetic.AddScaled<T>(change, model, -1);
        return new LocalResult<T>(change, loss, (double)own.Length * strategy.LocalEpochs, steps);
    }

    /// <summary>The learner's parameters, then statistics.</summary>
    public T[] Get() => [.. Learner.Weights, .. Learner.Statistics[..Learner.Plan.StatisticsLength]];

    public void Set(ReadOnlySpan<T> model)
    {
        model[..Learner.Plan.Length].CopyTo(Learner.Weights);
        model[Learner.Plan.Length..].CopyTo(Learner.Statistics);
    }

    public void Dispose() => Learner.Dispose();
}
