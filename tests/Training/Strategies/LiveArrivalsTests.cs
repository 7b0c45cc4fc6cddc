using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Parameter servers that serve whoever is done first.</summary>
public sealed class LiveArrivalsTests
{
    private static readonly ParameterServerStrategy _async = new()
    {
        Mode = ParameterServerMode.Async,
        Order = ArrivalOrder.Live,
    };

    [Theory]
    [InlineData(ParameterServerMode.Async)]
    [InlineData(ParameterServerMode.Ssp)]
    [InlineData(ParameterServerMode.Downpour)]
    public void Every_piece_of_an_epoch_is_computed_once_and_pushed(ParameterServerMode mode)
    {
        var random = new Random(5);
        var strategy = _async with { Mode = mode, FetchEvery = 2, PushEvery = 3 };

        var arrivals = LiveArrivals.Of(strategy, 4, 41, isDone =>
        {
            for (var worker = 0; worker < 4; worker++)
                isDone[worker] = random.Next(4) <= worker;
        }).ToList();

        Assert.Equal(Enumerable.Range(0, 41), arrivals.Where(arrival => arrival.Begins).Select(begun => begun.Piece));
        Assert.Equal(
            Enumerable.Range(0, 41), arrivals.Where(arrival => !arrival.Begins).Select(done => done.Piece).Order());
        Assert.All(
            Enumerable.Range(0, 4), worker => Assert.True(arrivals.Last(arrival => arrival.Worker == worker).Talks));
    }

    [Fact]
    public void A_worker_that_is_done_in_every_tenth_round_only_computes_a_tenth_as_much()
    {
        var round = 0;

        var arrivals = LiveArrivals.Of(_async, 2, 110, isDone =>
        {
            round++;
            (isDone[0], isDone[1]) = (true, round % 10 == 0);
        }).ToList();

        Assert.Equal(10, arrivals.Count(arrival => arrival is { Begins: false, Worker: 1 }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Nobody_is_further_ahead_of_a_slow_worker_than_allowed(int staleness)
    {
        var (round, furthest, clocks) = (0, 0, new int[3]);
        var strategy = _async with { Mode = ParameterServerMode.Ssp, Staleness = staleness };

        foreach (var arrival in LiveArrivals.Of(strategy, 3, 60, isDone =>
        {
            round++;
            (isDone[0], isDone[1], isDone[2]) = (true, true, round % 10 == 0);
        }))
        {
            if (arrival.Begins)
                furthest = Math.Max(furthest, clocks[arrival.Worker] - clocks.Min());
            else
                clocks[arrival.Worker]++;
        }

        Assert.Equal(staleness, furthest);
    }

    [Theory]
    [InlineData(ParameterServerMode.Async)]
    [InlineData(ParameterServerMode.Ssp)]
    [InlineData(ParameterServerMode.Downpour)]
    public void A_worker_alone_computes_the_same_bits_in_whatever_order(ParameterServerMode mode)
    {
        var live = ExchangeRuns.Spec with { Strategy = _async with { Mode = mode } };
        var drawn = ExchangeRuns.Spec with { Strategy = new ParameterServerStrategy { Mode = mode } };

        Assert.Equal(ExchangeRuns.Run(1, drawn), ExchangeRuns.Run(1, live));
    }

    [Theory]
    [InlineData(ParameterServerMode.Async)]
    [InlineData(ParameterServerMode.Ssp)]
    [InlineData(ParameterServerMode.Downpour)]
    public void Several_workers_learn_and_end_with_the_same_model(ParameterServerMode mode)
    {
        var spec = ExchangeRuns.Spec with { Strategy = _async with { Mode = mode }, Epochs = 8 };
        var losses = new List<double>();

        ExchangeRuns.Run(3, spec, onEpoch: report =>
        {
            losses.Add(report.TrainLoss);
            return EpochVerdict.Continue;
        });

        Assert.Equal(8, losses.Count);
        Assert.True(losses[^1] < 0.7 * losses[0], $"{losses[0]} to {losses[^1]}");
    }

    /// <summary>
    /// An epoch has 21 pieces, so 14 would be two workers' equal part. The third worker's first pass lasts until they
    /// have begun 16.
    /// </summary>
    [Fact]
    public void A_slow_worker_is_not_waited_for_and_others_do_its_work()
    {
        var spec = ExchangeRuns.Spec with { Strategy = _async };
        var token = TestContext.Current.CancellationToken;
        using var others = new CountedPasses();
        var most = 0.0;

        var models = Ranks.Run(3, group =>
        {
            var input = new TrainingInput(spec, ExchangeRuns.Train, null, null, 1)
            {
                Time = group.Rank == 2 ? new LateFirstPass(others, 16, token) : others,
            };
            return StrategyRun.Run<float>(input, group, Look, token).Checkpoint.ToBytes();
        });

        EpochVerdict Look(EpochReport report)
        {
            most = report.Measures.Single(measure => measure.Key == "staleness_most").Value;
            return EpochVerdict.Continue;
        }

        Assert.All(models, model => Assert.Equal(models[0], model));
        Assert.True(most >= 14, $"{most} pushes of the others while it computed");
    }
}
