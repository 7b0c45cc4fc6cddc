using System.Collections.Concurrent;
using FsCheck.Xunit;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Slow ranks: how slow they are is told, given less to do, waited for or not.</summary>
public sealed class StragglerTests
{
    private static readonly StragglerOptions _options = new()
    {
        StalenessAbove = 0.3,
        LocalAbove = 0.8,
        BackBelow = 0.5,
        Patience = 2,
    };

    [Fact]
    public void Variation_is_that_of_all_passes_of_all_ranks()
    {
        // Passes of 1, 1, 1, 3: mean 1.5, variance 0.75.
        RankPace[] paces = [new(2, 1, 0, 10), new(2, 2, 1, 10)];

        Assert.Equal(Math.Sqrt(0.75) / 1.5, RankPace.Variation(paces), 1e-12);
        Assert.Equal(0, RankPace.Variation([new(0, 0, 0, 0)]));
    }

    [Fact]
    public void Ranks_wait_less_when_times_vary_and_more_when_they_do_not()
    {
        var policy = new StragglerPolicy(_options);
        double[] variations = [0.1, 0.4, 0.4, 0.4, 0.9, 1.2, 0.5, 0.35, 0.35, 0.2, 0.2, 0.1, 0.1, 0.1];

        var told = variations.Select(policy.Observe).ToList();

        Assert.Equal([2, 5, 8, 12], Enumerable.Range(0, told.Count).Where(i => told[i] is not null));
        Assert.Equal(
            [
                "step times vary by 40 %, above 30 % for 2 epochs: from now on with bounded staleness",
                "step times vary by 120 %, above 80 % for 2 epochs: from now on with local steps",
                "step times vary by 35 %, below 40 % for 2 epochs: from now on with bounded staleness",
                "step times vary by 10 %, below 15 % for 2 epochs: every step waits for all ranks again",
            ],
            told.OfType<string>());
        Assert.Equal(SyncMode.Synchronous, policy.Mode);
    }

    [Fact]
    public void A_single_bad_epoch_changes_nothing()
    {
        var policy = new StragglerPolicy(_options);

        Assert.All([0.9, 0.1, 0.9, 0.1, 0.4, 0.9, 0.4], variation => Assert.Null(policy.Observe(variation)));
    }

    [Fact]
    public void Where_staleness_is_impossible_local_steps_are_next()
    {
        var policy = new StragglerPolicy(_options with { MayBeStale = false, Patience = 1 });

        Assert.Null(policy.Observe(0.5));
        Assert.NotNull(policy.Observe(0.9));
        Assert.Equal(SyncMode.LocalSteps, policy.Mode);
        Assert.NotNull(policy.Observe(0.1));
        Assert.Equal(SyncMode.Synchronous, policy.Mode);
    }

    /// <summary>Between the threshold of a mode and the point where it is left, noise does nothing.</summary>
    [Property(MaxTest = 200, Replay = "(7,13)")]
    public void Noise_between_the_thresholds_never_flips_the_mode(int seed)
    {
        var random = new Random(seed);
        var policy = new StragglerPolicy(_options, SyncMode.BoundedStaleness);

        for (var epoch = 0; epoch < 50; epoch++)
            Assert.Null(policy.Observe(0.151 + (random.NextDouble() * 0.64)));
    }

    [Fact]
    public void Equal_ranks_keep_equal_parts()
    {
        var next = BatchShares.Equal(3).Next([new(5, 2, 0, 50), new(5, 2, 0, 50), new(5, 2, 0, 50)]);

        Assert.All(next.Shares, share => Assert.Equal(1.0 / 3, share, 1e-12));
        Assert.Equal([(0, 33), (33, 66), (66, 100)], Enumerable.Range(0, 3).Select(rank => next.Of(rank, 100)));
        Assert.Equal([(0, 0), (0, 1), (1, 2)], Enumerable.Range(0, 3).Select(rank => next.Of(rank, 2)));
    }

    [Fact]
    public void A_rank_three_times_as_slow_gets_a_third_of_the_rows_in_the_end()
    {
        double[] secondsPerRow = [1, 1, 3];
        var shares = BatchShares.Equal(3);
        for (var epoch = 0; epoch < 30; epoch++)
        {
            shares = shares.Next([.. secondsPerRow.Select((seconds, rank) =>
                new RankPace(1, seconds * shares.Shares[rank], 0, shares.Shares[rank]))]);
        }

        Assert.Equal(3.0 / 7, shares.Shares[0], 1e-6);
        Assert.Equal(1.0 / 7, shares.Shares[2], 1e-6);
    }

    [Property(MaxTest = 200, Replay = "(3,5)")]
    public void Whatever_the_speeds_every_row_is_taken_once_and_nobody_gets_too_many(int seed)
    {
        var random = new Random(seed);
        var ranks = random.Next(1, 9);
        var shares = BatchShares.Equal(ranks);
        for (var epoch = 0; epoch < 12; epoch++)
        {
            shares = shares.Next([.. Enumerable.Range(0, ranks).Select(_ =>
                new RankPace(random.Next(3), Math.Exp(8 * random.NextDouble()), 0, random.Next(1, 100)))]);
            var count = random.Next(200);
            var parts = Enumerable.Range(0, ranks).Select(rank => shares.Of(rank, count)).ToList();

            Assert.Equal(1, shares.Shares.Sum(), 1e-9);
            Assert.All(shares.Shares, share => Assert.InRange(share * ranks, 0.1 - 1e-9, Math.Min(ranks, 2) + 1e-9));
            Assert.Equal((0, count), (parts[0].From, parts[^1].End));
            Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.From));
            Assert.All(parts, part => Assert.InRange(part.End - part.From, 0, (2.0 * count / ranks) + 1));
        }
    }

    [Fact]
    public void Rows_that_change_ranks_change_nothing_but_rounding()
    {
        var balanced = ExchangeRuns.Spec with { Exchange = new ExchangeSpec { Balance = true } };

        var difference = ModelWeights.Difference<double>(
            ExchangeRuns.Run(1, ExchangeRuns.Spec, inDouble: true)[0],
            ExchangeRuns.Run(3, balanced, inDouble: true)[0]);

        Assert.InRange(difference, 0, 1e-12);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    public void Backup_workers_train_without_the_slowest_gradients(int worldSize, int backups)
    {
        var spec = ExchangeRuns.Spec with
        {
            Strategy = new ParameterServerStrategy { BackupWorkers = backups },
            Epochs = 8,
        };
        var reports = new List<EpochReport>();

        ExchangeRuns.Run(worldSize, spec, onEpoch: report =>
        {
            reports.Add(report);
            return EpochVerdict.Continue;
        });

        var dropped = reports.Select(report => report.Measures.Single(measure => measure.Key == "dropped").Value);
        Assert.All(dropped, number => Assert.InRange(number, 0, backups * 7));
        Assert.True(reports[^1].TrainLoss < 0.7 * reports[0].TrainLoss, $"{reports[0].TrainLoss} to "
            + $"{reports[^1].TrainLoss}");
    }

    /// <summary>
    /// The first pass of one rank lasts until another has begun its fourth, which it can only after three steps without
    /// the late one.
    /// </summary>
    [Fact]
    public void A_rank_that_is_three_steps_late_is_left_behind_and_catches_up()
    {
        var spec = ExchangeRuns.Spec with { Strategy = new ParameterServerStrategy { BackupWorkers = 1 } };
        var token = TestContext.Current.CancellationToken;
        using var others = new CountedPasses();
        var dropped = new ConcurrentQueue<double>();

        var models = Ranks.Run(3, group =>
        {
            var input = new TrainingInput(spec, ExchangeRuns.Train, null, null, spec.Epochs)
            {
                Time = group.Rank switch
                {
                    0 => others,
                    2 => new LateFirstPass(others, 4, token),
                    _ => TimeProvider.System,
                },
            };
            return StrategyRun.Run<float>(input, group, Count, token).Checkpoint.ToBytes();
        });

        EpochVerdict Count(EpochReport report)
        {
            dropped.Enqueue(report.Measures.Single(measure => measure.Key == "dropped").Value);
            return EpochVerdict.Continue;
        }

        Assert.All(models, model => Assert.Equal(models[0], model));
        Assert.Equal(spec.Epochs, dropped.Count);
        Assert.InRange(dropped.First(), 3, 7);
    }

    [Fact]
    public void Backup_workers_need_others_and_steps_that_wait()
    {
        var all = ExchangeRuns.Spec with { Strategy = new ParameterServerStrategy { BackupWorkers = 2 } };
        var late = ExchangeRuns.Spec with
        {
            Strategy = new ParameterServerStrategy { BackupWorkers = 1, Mode = ParameterServerMode.Async },
        };

        Assert.Contains("at most 1 backup workers", Assert.Throws<InvalidOperationException>(
            () => ExchangeRuns.Run(2, all)).InnerException!.Message, StringComparison.Ordinal);
        Assert.Contains("Make backupWorkers 0", Assert.Throws<InvalidOperationException>(
            () => ExchangeRuns.Run(2, late)).InnerException!.Message, StringComparison.Ordinal);
    }
}
