using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class GaussianTests
{
    /// <summary>Reference: scipy 1.10 <c>special.erfc</c>, whose relative error is below 1e-15.</summary>
    [Theory]
    [InlineData(-3, 1.9999779095030015)]
    [InlineData(-0.5, 1.5204998778130465)]
    [InlineData(0.1, 0.8875370839817152)]
    [InlineData(0.46875, 0.507386526782062)]
    [InlineData(0.5, 0.4795001221869535)]
    [InlineData(1, 0.15729920705028516)]
    [InlineData(2.5, 0.00040695201744495886)]
    [InlineData(4, 1.541725790028002e-08)]
    [InlineData(4.5, 1.9661604415428878e-10)]
    [InlineData(6, 2.1519736712498913e-17)]
    [InlineData(10, 2.0884875837625446e-45)]
    [InlineData(20, 5.395865611607901e-176)]
    [InlineData(26, 5.663192408856145e-296)]
    [InlineData(40, 0)]
    [InlineData(-40, 2)]
    public void The_complementary_error_function_matches_the_reference(double x, double expected) =>
        Assert.Equal(expected, Gaussian.Erfc(x), Math.Abs(expected) * 1e-14);

    /// <summary>Reference: scipy 1.10 <c>special.ndtri</c>.</summary>
    [Theory]
    [InlineData(1e-300, -37.0470962993612)]
    [InlineData(1e-20, -9.262340089798409)]
    [InlineData(1e-5, -4.264890793922825)]
    [InlineData(0.01, -2.3263478740408408)]
    [InlineData(0.075, -1.4395314709384563)]
    [InlineData(0.3, -0.5244005127080409)]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 1.2815515655446004)]
    [InlineData(0.999, 3.090232306167813)]
    public void The_quantile_matches_the_reference(double p, double expected) =>
        Assert.Equal(expected, Gaussian.Quantile(p), 1e-13 * Math.Max(1, Math.Abs(expected)));

    [Fact]
    public void The_quantile_has_its_limits_at_both_ends()
    {
        Assert.Equal(double.NegativeInfinity, Gaussian.Quantile(0));
        Assert.Equal(double.PositiveInfinity, Gaussian.Quantile(1));
    }

    [Fact]
    public void A_mass_keeps_its_digits_in_either_tail()
    {
        // Φ(-10) − Φ(-11) from the references above is the same as that between 10 and 11.
        Assert.Equal(Gaussian.Mass(-11, -10), Gaussian.Mass(10, 11));
        Assert.Equal(7.61966195820302e-24, Gaussian.Mass(10, 11), 1e-36); // scipy: norm.sf(10) − norm.sf(11)
        Assert.Equal(0.6826894921370859, Gaussian.Mass(-1, 1), 1e-15);
    }

    [Fact]
    public void The_logarithm_of_a_sum_of_exponentials_neither_overflows_nor_underflows()
    {
        Assert.Equal(Math.Log(7), Vectors.LogSumExp([0, 0, 0, 0, 0, 0, 0]), 1e-14);
        Assert.Equal(1000 + Math.Log(2), Vectors.LogSumExp([1000, 1000]), 1e-12);
        Assert.Equal(-2000, Vectors.LogSumExp([-2000, double.NegativeInfinity, -4000, -5000, -6000]), 1e-12);
        Assert.Equal(double.NegativeInfinity, Vectors.LogSumExp([double.NegativeInfinity, double.NegativeInfinity]));
    }
}
