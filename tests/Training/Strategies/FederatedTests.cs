using TuneGraph.Training;
using static TuneGraph.Tests.Training.ModelWeights;

namespace TuneGraph.Tests.Training;

/// <summary>Federated learning against what theory says at its borders.</summary>
public sealed class FederatedTests
{
    private static readonly Dataset _train = SyntheticData.Classes(120, 8, 4);
    private static readonly Dataset _validation = SyntheticData.Classes(60, 8, 4, seed: 1);

    [Theory]
    [InlineData(ClientSplit.Iid)]
    [InlineData(ClientSplit.ByLabel)]
    [InlineData(ClientSplit.Dirichlet)]
    public void One_pass_with_all_rows_at_once_is_descent_on_all_rows(ClientSplit split)
    {
        // E = 1, B = ∞, C = 1: FedSGD, McMahan et al. 2017, section 2.
        var federated = Train(Spec(new() { Clients = 7, Split = split, LocalBatch = 0 }), 3);
        var descent = Train(Spec(null) with { BatchSize = _train.Rows }, 1);

        Assert.InRange(Difference(descent.Weights, federated.Weights), 0, 1e-12);
    }

    [Fact]
    public void FedProx_without_a_pull_is_FedAvg_and_with_one_stays_nearer()
    {
        var strategy = new FederatedStrategy { Clients = 6, Split = ClientSplit.ByLabel, LocalEpochs = 5 };
        var average = Train(Spec(strategy, rounds: 1), 2);
        var free = Train(Spec(strategy with { Algorithm = FederatedAlgorithm.FedProx, Mu = 0 }, rounds: 1), 2);
        var pulled = Train(Spec(strategy with { Algorithm = FederatedAlgorithm.FedProx, Mu = 5 }, rounds: 1), 2);
        var start = Train(Spec(strategy, rounds: 1) with { Optimizer = Sgd(1e-12) }, 2);

        Assert.Equal(average.Weights, free.Weights);
        Assert.True(Difference(start.Weights, pulled.Weights) < 0.7 * Difference(start.Weights, average.Weights));
    }

    /// <summary>
    /// One client has y = x at ±1, the other y = -x / 3 at ±3: (w - 1)² and 9 (w + 1/3)², together least at w = -0.2.
    /// Twenty steps of 0.02 take the first client to 1 + 0.96²⁰ (w - 1), the second all but to -1/3: FedAvg rests at
    /// 0.144.
    /// </summary>
    [Fact]
    public void Scaffold_finds_the_optimum_of_two_unlike_quadratics_where_FedAvg_is_biased()
    {
        var data = SyntheticData.Regression([1, -1, 3, -3], [1, -1, -1, 1]);
        var two = new FederatedStrategy { Clients = 2, LocalEpochs = 20, LocalBatch = 0 };
        var seed = Enumerable.Range(0, 100).Select(seed => (ulong)seed)
            .First(seed => ClientRows.Of(data, two, seed).Any(rows => rows.Order().SequenceEqual([0, 1])));
        double Slope(FederatedAlgorithm algorithm) => Train(
            new TrainingSpec
            {
                Model = new LinearModelSpec(),
                Optimizer = Sgd(0.02),
                Strategy = two with { Algorithm = algorithm },
                Epochs = 300,
                BatchSize = 4,
                Seed = seed,
            }, 2, data).Weights[0];

        var (slow, fast) = (Math.Pow(0.96, 20), Math.Pow(0.64, 20));
        Assert.Equal(-0.2, Slope(FederatedAlgorithm.Scaffold), 1e-6);
        Assert.Equal((1 - slow - ((1 - fast) / 3)) / (2 - slow - fast), Slope(FederatedAlgorithm.FedAvg), 1e-6);
    }

    [Theory]
    [InlineData(FederatedAlgorithm.FedAvg, false)]
    [InlineData(FederatedAlgorithm.FedProx, true)]
    [InlineData(FederatedAlgorithm.Scaffold, false)]
    [InlineData(FederatedAlgorithm.FedBuff, false)]
    public void Any_world_size_gives_the_same_bits_and_so_does_a_resumed_run(FederatedAlgorithm algorithm, bool secure)
    {
        var strategy = new FederatedStrategy
        {
            Algorithm = algorithm,
            Clients = 9,
            ClientShare = 0.6,
            Split = ClientSplit.Dirichlet,
            Buffer = 3,
            Concurrency = 6,
            Secure = secure,
        };
        var spec = Spec(strategy, rounds: 6);
        var alone = Train(spec, 1);
        var together = Train(spec, 4);
        var half = Train(spec, 4, until: 3);
        var resumed = Train(spec, 2, start: Checkpoint.FromBytes(half.Files[0]));

        Assert.Equal(alone.Files[0], together.Files[0]);
        Assert.Equal(alone.Files[0], resumed.Files[0]);
        Assert.True(together.Losses[^1] < together.Losses[0]);
    }

    [Fact]
    public void Staleness_of_buffered_clients_is_that_of_the_queue()
    {
        // M at work and K heard a step: a client waits M / K - 1 steps on average.
        var strategy = new FederatedStrategy
        {
            Algorithm = FederatedAlgorithm.FedBuff,
            Clients = 100,
            Buffer = 5,
            Concurrency = 20,
        };
        var buffer = new BufferedClients<double>(strategy, seed: 3);
        var staleness = new List<int>();
        for (var round = 1; round <= 2000; round++)
        {
            foreach (var client in buffer.Next(round))
                buffer.AtWork.Add(new(client, round - 1, new([1.0], 0, 1, 1)));
            staleness.AddRange(buffer.Arrive(round).Select(work => round - 1 - work.Version));
        }

        Assert.Equal(3, staleness.Skip(200).Average(), 0.1);
        // Each of 20 is heard with probability 1/4 a step: a geometric distribution.
        Assert.Equal(0.25, staleness.Count(age => age == 0) / (double)staleness.Count, 0.02);
        Assert.Equal(0.75 * 0.25, staleness.Count(age => age == 1) / (double)staleness.Count, 0.02);
    }

    [Fact]
    public void A_secure_sum_trains_as_an_open_one_does_and_changes_nothing_when_too_few_stay()
    {
        var open = new FederatedStrategy { Clients = 8, DropOut = 0.2 };
        var secure = open with { Secure = true, SecureThreshold = 0.6 };
        var strict = open with { Secure = true, SecureThreshold = 1 };

        var known = Train(Spec(open, rounds: 4), 2);
        var hidden = Train(Spec(secure, rounds: 4), 3);
        var first = Train(Spec(strict, rounds: 4), 2);

        Assert.InRange(Difference(known.Weights, hidden.Weights), 0, 1e-5);
        Assert.All(hidden.Measures, measures => Assert.Equal(1, measures["opened"]));
        Assert.Contains(first.Measures, measures => measures["opened"] == 0);
    }

    [Fact]
    public void Without_noise_and_clipping_private_averaging_is_averaging()
    {
        // Equal clients, all of them, z next to 0 and S next to ∞.
        var plain = new FederatedStrategy { Clients = 6 };
        var average = Train(Spec(plain, rounds: 3), 2);
        var harmless = Train(Spec(plain with { ClipNorm = 1e9, NoiseMultiplier = 1e-30 }, rounds: 3), 2);

        Assert.InRange(Difference(average.Weights, harmless.Weights), 0, 1e-12);
    }

    [Fact]
    public void Clipped_and_noisy_rounds_still_learn_and_tell_what_they_spend()
    {
        var strategy = new FederatedStrategy
        {
            Clients = 60,
            ClientShare = 0.5,
            LocalBatch = 0,
            LocalEpochs = 3,
            ClipNorm = 1,
            NoiseMultiplier = 1,
        };
        var run = Train(Spec(strategy, rounds: 25), 2);

        Assert.True(run.Losses[^1] < run.Losses[0]);
        var spent = run.Measures.Select(measures => measures["epsilon"]).ToArray();
        Assert.Equal(spent.Order(), spent);
        Assert.Equal(PrivacyAccountant.Epsilon(0.5, 1, 25, 1e-5), spent[^1]);
    }

    [Theory]
    [InlineData(ClientAggregation.Median)]
    [InlineData(ClientAggregation.TrimmedMean)]
    [InlineData(ClientAggregation.Krum)]
    public void Robust_rules_bear_two_liars_of_nine_that_ruin_the_mean(ClientAggregation rule)
    {
        var random = new Random(1);
        var honest = Enumerable.Range(0, 7).Select(_ => new[] { 1 + random.NextDouble(), -1 - random.NextDouble() });
        double[][] updates = [.. honest, [1e9, 1e9], [double.NaN, -1e9]];

        var robust = RobustAggregation.Of<double>(rule, updates, byzantine: 2);

        Assert.InRange(robust[0], 1, 2);
        Assert.InRange(robust[1], -2, -1);
    }

    [Fact]
    public void Too_few_updates_for_so_many_liars_are_refused() => Assert.Contains(
        "it needs 7", Assert.Throws<ArgumentException>(() => RobustAggregation.Of<double>(
            ClientAggregation.Krum, [[1], [2], [3], [4], [5], [6]], byzantine: 2)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(ClientSplit.Iid, 1.0)]
    [InlineData(ClientSplit.ByLabel, 1.0)]
    [InlineData(ClientSplit.Dirichlet, 0.1)]
    [InlineData(ClientSplit.Dirichlet, 100.0)]
    public void Every_row_is_held_by_one_client(ClientSplit split, double alpha)
    {
        var held = ClientRows.Of(
            _train, new FederatedStrategy { Clients = 11, Split = split, Alpha = alpha }, seed: 5);

        Assert.Equal(Enumerable.Range(0, _train.Rows), held.SelectMany(rows => rows).Order());
        Assert.All(held, rows => Assert.NotEmpty(rows));
    }

    [Fact]
    public void A_small_alpha_makes_clients_of_few_classes_and_a_large_one_of_all()
    {
        var data = SyntheticData.Classes(2000, 2, 10);
        double Purity(ClientSplit split, double alpha = 1) => ClientRows
            .Of(data, new FederatedStrategy { Clients = 10, Split = split, Alpha = alpha }, seed: 2)
            .Average(rows => rows.GroupBy(row => data.Labels[row]).Max(group => group.Count()) / (double)rows.Length);

        Assert.InRange(Purity(ClientSplit.Iid), 0.1, 0.2);
        Assert.InRange(Purity(ClientSplit.Dirichlet, 100), 0.1, 0.25);
        Assert.InRange(Purity(ClientSplit.Dirichlet, 0.05), 0.6, 1);
        Assert.InRange(Purity(ClientSplit.ByLabel), 0.45, 1);
    }

    private static OptimizerSpec Sgd(double rate) =>
        new() { Kind = OptimizerKind.Sgd, LearningRate = rate, Momentum = 0 };

    private static TrainingSpec Spec(FederatedStrategy? strategy, int rounds = 5) => new()
    {
        Model = new MlpSpec { Hidden = [10], Activation = Activation.Tanh },
        Optimizer = Sgd(0.1),
        Strategy = strategy,
        Epochs = rounds,
        BatchSize = 16,
        Seed = 4,
    };

    private static StrategyOutcome Train(
        TrainingSpec spec, int worldSize, Dataset? data = null, int? until = null, Checkpoint? start = null) =>
        StrategyRuns.Train(spec, worldSize, data ?? _train, data is null ? _validation : null, until, start);
}
