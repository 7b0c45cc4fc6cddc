using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class RandomStreamTests
{
    [Fact]
    public void A_shuffle_keeps_every_item_once_and_repeats_exactly()
    {
        var first = Enumerable.Range(0, 1000).ToArray();
        var second = first.ToArray();
        RandomStream.Shuffle(7, 3).Shuffle(first);
        RandomStream.Shuffle(7, 3).Shuffle(second);
        Assert.Equal(first, second);
        Assert.Equal(Enumerable.Range(0, 1000), first.Order());
    }

    [Fact]
    public void Seed_epoch_and_purpose_each_change_the_sequence()
    {
        RandomStream[] streams =
        [
            RandomStream.Shuffle(7, 3), RandomStream.Shuffle(8, 3), RandomStream.Shuffle(7, 4),
            RandomStream.Weights(7, 3), RandomStream.Split(7, 3), RandomStream.Dropout(7, 3, 0),
            RandomStream.Dropout(7, 3, 1),
        ];
        Assert.Equal(streams.Length, streams.Select(stream => stream.Bits(0)).Distinct().Count());
    }

    /// <summary>24 orders, 24,000 draws: chi-square with 23 degrees of freedom, 0.999 quantile 49.73.</summary>
    [Fact]
    public void All_orders_of_four_items_are_equally_likely()
    {
        var counts = new Dictionary<string, int>();
        for (var epoch = 0; epoch < 24_000; epoch++)
        {
            int[] items = [0, 1, 2, 3];
            RandomStream.Shuffle(1, epoch).Shuffle(items);
            var order = string.Concat(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Values.Sum(count => (count - 1000.0) * (count - 1000.0) / 1000), 0, 49.73);
    }

    /// <summary>Mean 1/2 and variance 1/12; six standard errors of 100,000 draws.</summary>
    [Fact]
    public void Uniform_numbers_have_the_moments_of_the_unit_interval()
    {
        var stream = RandomStream.Weights(5, 0);
        var draws = Enumerable.Range(0, 100_000).Select(i => stream.Uniform((ulong)i)).ToArray();
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1 - 1e-17));
        Assert.Equal(0.5, draws.Average(), 6 * Math.Sqrt(1.0 / 12 / 100_000));
        Assert.Equal(1.0 / 12, draws.Average(draw => (draw - 0.5) * (draw - 0.5)), 6 * Math.Sqrt(1.0 / 180 / 100_000));
    }
}
