using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class DropoutMaskTests
{
    [Fact]
    public void The_mask_of_a_sample_does_not_depend_on_how_the_batch_is_divided()
    {
        var whole = new DropoutMask(9, 4, 100);
        var part = new DropoutMask(9, 4, 107);
        var expected = Row(whole, 0, 10, 0.3);
        Assert.Equal(expected, Row(part, 0, 3, 0.3));
        Assert.NotEqual(expected, Row(part, 1, 3, 0.3));
        Assert.NotEqual(expected, Row(part, 0, 4, 0.3));
        Assert.NotEqual(expected, Row(part with { Epoch = 5 }, 0, 3, 0.3));
    }

    /// <summary>Share of dropped units within five standard errors of the probability.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Units_are_dropped_with_the_given_probability_and_the_others_scaled(double probability)
    {
        const int Rows = 500;
        var mask = new DropoutMask(1, 1, 0);
        var factors = Enumerable.Range(0, Rows).SelectMany(row => Row(mask, 0, row, probability)).ToArray();
        var dropped = factors.Count(factor => factor == 0);
        Assert.Equal(
            probability, (double)dropped / factors.Length,
            5 * Math.Sqrt(probability * (1 - probability) / factors.Length));
        Assert.All(factors.Where(factor => factor != 0), factor => Assert.Equal(1 / (1 - probability), factor, 1e-12));
    }

    [Fact]
    public void Float_and_double_drop_the_same_units()
    {
        var mask = new DropoutMask(3, 2, 11);
        var single = new float[100];
        mask.Fill<float>(1, 5, 0, 100, 0.4, single);
        Assert.Equal(Row(mask, 1, 5, 0.4).Select(f => f == 0), single.Select(f => f == 0));
    }

    private static double[] Row(DropoutMask mask, int layer, int row, double probability)
    {
        var factors = new double[100];
        mask.Fill<double>(layer, row, 0, 100, probability, factors);
        return factors;
    }
}
