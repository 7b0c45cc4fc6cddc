using TuneGraph.Collectives;
using TuneGraph.Training;
using static TuneGraph.Tests.Training.ModelWeights;

namespace TuneGraph.Tests.Training;

/// <summary>Parameter servers: what they equal, how late gradients are, and what lateness does.</summary>
public sealed class ParameterServerTests
{
    private static readonly Dataset _train = SyntheticData.Classes(101, 8, 3);

    public static TheoryData<ParameterServerMode> Modes => [.. Enum.GetValues<ParameterServerMode>()];

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0.9, 3)]
    [InlineData(0.9, 4)]
    public void Servers_that_wait_for_all_train_as_one_rank_does(double momentum, int worldSize)
    {
        var spec = Spec(new() { Mode = ParameterServerMode.Sync }) with { Optimizer = Sgd(0.05, momentum) };

        var servers = Train(spec, worldSize).Weights;
        var alone = Train(spec with { Strategy = null }, 1).Weights;

        Assert.InRange(Difference(alone, servers), 0, 1e-12);
    }

    [Fact]
    public void No_staleness_is_synchronous_whoever_comes_first()
    {
        var waiting = Train(Spec(new() { Mode = ParameterServerMode.Ssp, Staleness = 0 }), 4).Weights;
        var together = Train(Spec(new() { Mode = ParameterServerMode.Sync }), 4).Weights;

        Assert.InRange(Difference(together, waiting), 0, 1e-12);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Gradients_of_equal_workers_are_late_as_theory_says(int workers)
    {
        var random = Lateness(new() { Mode = ParameterServerMode.Async }, workers, steps: 20_000 / workers);
        var inTurn = Lateness(
            new() { Mode = ParameterServerMode.Async, Order = ArrivalOrder.RoundRobin }, workers, steps: 50);

        // The others' steps between two of one worker: N - 1 on average, geometrically distributed, P(0) = 1 / N.
        Assert.Equal(workers - 1, random.Average(), 0.03 * workers);
        var share = 1.0 / workers;
        Assert.Equal(share, random.Count(tau => tau == 0) / (double)random.Count, 0.02);
        Assert.Equal(share * (1 - share), random.Count(tau => tau == 1) / (double)random.Count, 0.02);
        Assert.Equal(share * Math.Pow(1 - share, 2), random.Count(tau => tau == 2) / (double)random.Count, 0.02);
        Assert.All(inTurn.Skip(workers), tau => Assert.Equal(workers - 1, tau));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Nobody_is_further_ahead_than_allowed(int staleness)
    {
        var clocks = new int[5];
        var furthest = 0;
        foreach (var arrival in ArrivalSchedule.Of(
            new() { Mode = ParameterServerMode.Ssp, Staleness = staleness }, seed: 3, epoch: 1, 5, 400))
        {
            if (arrival.Begins)
                furthest = Math.Max(furthest, clocks[arrival.Worker] - clocks.Min());
            else
                clocks[arrival.Worker]++;
        }

        Assert.Equal(staleness, furthest);
        Assert.All(clocks, clock => Assert.Equal(400, clock));
    }

    /// <summary>
    /// All rows are x = 0, y = 1: only the bias learns, on a parabola of curvature 2. Eight workers in turn make every
    /// gradient 7 steps late, each for an eighth: b += a (1 - b₇ steps ago) with a = 2 η / 8, which is stable up to
    /// a = 2 sin(π / (2 (2 · 7 + 1))) and no further.
    /// </summary>
    [Fact]
    public void A_fixed_rate_diverges_past_the_computed_staleness_and_dividing_by_it_restores_it()
    {
        const int Workers = 8, Late = Workers - 1;
        var border = 2 * Math.Sin(Math.PI / (2 * ((2 * Late) + 1))) * Workers / 2;
        var data = SyntheticData.Regression(new float[Workers * 1000], [.. Enumerable.Repeat(1f, Workers * 1000)]);
        double Error(double rate, bool aware) => Math.Abs(1 - Train(
            new TrainingSpec
            {
                Model = new LinearModelSpec(),
                Optimizer = Sgd(rate, 0),
                Strategy = new ParameterServerStrategy
                {
                    Mode = ParameterServerMode.Async,
                    Order = ArrivalOrder.RoundRobin,
                    StalenessAware = aware,
                },
                Epochs = 1,
                BatchSize = Workers,
            }, Workers, data).Weights[^1]);

        Assert.InRange(Error(0.95 * border, aware: false), 0, 1e-3);
        Assert.True(Error(1.05 * border, aware: false) > 1e3);
        Assert.InRange(Error(1.05 * border, aware: true), 0, 1e-6);
    }

    [Fact]
    public void One_thread_without_locks_gives_the_bits_of_serial_descent()
    {
        var spec = Spec(new() { Mode = ParameterServerMode.Hogwild });

        Assert.Equal(Train(spec with { Strategy = null }, 1).Weights, Train(spec, 1).Weights);
    }

    [Fact]
    public void Threads_without_locks_learn_sparse_rows_as_well_as_one()
    {
        var data = SyntheticData.Sparse(2000, 200, density: 0.02);
        var plain = Spec(new() { Mode = ParameterServerMode.Hogwild });
        var spec = plain with { Model = new LogisticSpec(), BatchSize = 4 };

        var alone = Train(spec, 1, data).Losses[^1];
        var together = Train(spec, 4, data).Losses[^1];

        Assert.InRange(together, 0.9 * alone, 1.1 * alone);
    }

    /// <summary>
    /// Two workers that both read before either writes: what the second writes undoes the first where both write. Of
    /// sparse steps little is lost, of dense ones all of one: the negative control of Hogwild's assumption.
    /// </summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(1.0)]
    public void Steps_are_lost_as_often_as_their_supports_meet(double density)
    {
        const int Length = 2000, Rounds = 50;
        var random = new Random(1);
        var (values, steps) = (new double[Length], 0);
        for (var round = 0; round < Rounds; round++)
        {
            var supports = Enumerable.Range(0, 2)
                .Select(_ => Enumerable.Range(0, Length).Where(_ => random.NextDouble() < density).ToArray()).ToArray();
            var seen = values.ToArray();
            foreach (var support in supports)
            {
                foreach (var i in support)
                    values[i] = seen[i] + 1;
                steps += support.Length;
            }
        }

        Assert.Equal(density / 2, 1 - (values.Sum() / steps), 0.01);
    }

    [Fact]
    public void Downpour_sends_as_seldom_as_it_is_told()
    {
        TrainingSpec Downpour(int every) => Spec(new()
        {
            Mode = ParameterServerMode.Downpour,
            FetchEvery = every,
            PushEvery = every,
        }) with
        { Optimizer = new OptimizerSpec { Kind = OptimizerKind.Adagrad, LearningRate = 0.05 }, BatchSize = 10 };

        // 11 steps an epoch: pushes at 5, 10 and the last; fetches at 0, 5 and 10.
        var every = Train(Downpour(1), 3);
        var seldom = Train(Downpour(5), 3);

        // The parameters of the end come on top of either: as much as one fetch of all three workers.
        Assert.Equal((22 + 1.0) / (6 + 1), (double)every.Bytes / seldom.Bytes, 0.02);
        Assert.True(seldom.Losses[^1] < 0.7 * seldom.Losses[0]);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Every_mode_learns_and_all_ranks_hold_the_same_bits(ParameterServerMode mode)
    {
        var run = Train(Spec(new() { Mode = mode }, epochs: 20), 3);

        Assert.True(run.Losses[^1] < 0.6 * run.Losses[0], $"{mode}: {run.Losses[0]} → {run.Losses[^1]}");
        Assert.All(run.Files, file => Assert.Equal(run.Files[0], file));
    }

    [Theory]
    [InlineData(ParameterServerMode.Sync)]
    [InlineData(ParameterServerMode.Async)]
    [InlineData(ParameterServerMode.Ssp)]
    [InlineData(ParameterServerMode.Downpour)]
    public void A_run_can_be_repeated_and_resumed_bit_for_bit(ParameterServerMode mode)
    {
        var spec = Spec(new() { Mode = mode, PushEvery = 2 }, epochs: 6) with { Optimizer = Sgd(0.02, 0.9) };
        var whole = Train(spec, 3);
        var half = Train(spec, 3, until: 2);

        Assert.Equal(whole.Files[0], Train(spec, 3).Files[0]);
        Assert.Equal(whole.Files[0], Train(spec, 3, start: Checkpoint.FromBytes(half.Files[0])).Files[0]);
    }

    [Fact]
    public void An_optimizer_that_servers_do_not_know_is_refused()
    {
        using var group = InProcessGroup.Create(1)[0];
        var spec = Spec(new()) with { Optimizer = new OptimizerSpec() };

        Assert.Contains("sgd or adagrad, not Adam", Assert.Throws<ArgumentException>(
            () => Trainer.Train(spec, _train, null, group, null, 1, _ => EpochVerdict.Continue)).Message,
            StringComparison.Ordinal);
    }

    private static List<int> Lateness(ParameterServerStrategy strategy, int workers, int steps)
    {
        var (version, fetched, result) = (0, new int[workers], new List<int>());
        foreach (var arrival in ArrivalSchedule.Of(strategy, seed: 1, epoch: 1, workers, steps))
        {
            if (arrival.Begins)
                fetched[arrival.Worker] = version;
            else
                result.Add(version++ - fetched[arrival.Worker]);
        }
        return result;
    }

    private static OptimizerSpec Sgd(double rate, double momentum) =>
        new() { Kind = OptimizerKind.Sgd, LearningRate = rate, Momentum = momentum };

    private static TrainingSpec Spec(ParameterServerStrategy strategy, int epochs = 5) => new()
    {
        Model = new MlpSpec { Hidden = [10], Activation = Activation.Tanh },
        Optimizer = Sgd(0.1, 0),
        Strategy = strategy,
        Epochs = epochs,
        BatchSize = 16,
        Seed = 4,
    };

    private static StrategyOutcome Train(
        TrainingSpec spec, int worldSize, Dataset? data = null, int? until = null, Checkpoint? start = null) =>
        StrategyRuns.Train(spec, worldSize, data ?? _train, null, until, start);
}
