using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class BetaFunctionTests
{
    [Theory] // SciPy 1.10, betainc; the arcsine law and powers in closed form
    [InlineData(2, 5, 0.3, 0.5798250000000003)]
    [InlineData(0.5, 0.5, 0.01, 0.06376856085851985)]
    [InlineData(200, 300, 0.42, 0.8196010664172634)]
    [InlineData(0.01, 3, 1e-5, 0.9046640856116698)]
    [InlineData(9000, 4000, 0.69, 0.28375384414739296)]
    [InlineData(1, 1, 0.25, 0.25)]
    [InlineData(3, 1, 0.5, 0.125)]
    [InlineData(1, 3, 0.5, 0.875)]
    public void The_integral_agrees_with_published_values(double a, double b, double x, double p)
    {
        var logBeta = BetaFunction.Log(a, b);
        Assert.Equal(p, BetaFunction.Regularized(x, a, b, logBeta), 1e-10);
        Assert.Equal(x, BetaFunction.Quantile(p, a, b, logBeta), 1e-10);
    }

    [Theory] // SciPy 1.10, betaincinv
    [InlineData(2, 5, 0.9, 0.5103163065514917)]
    [InlineData(0.5, 0.5, 1e-9, 2.4674011002723396e-18)]
    [InlineData(0.05, 8, 0.3, 2.7061880647493124e-12)]
    [InlineData(200, 300, 0.999999999, 0.5337461299790102)]
    public void The_quantile_agrees_with_published_values(double a, double b, double p, double x) =>
        Assert.Equal(x, BetaFunction.Quantile(p, a, b, BetaFunction.Log(a, b)), x * 1e-8);

    [Theory] // SciPy 1.10, gammaln
    [InlineData(0.01, 4.599479878042022)]
    [InlineData(1e4, 82099.71749644238)]
    [InlineData(3.7, 1.428072326665388)]
    public void The_logarithm_of_gamma_agrees_with_published_values(double x, double value) =>
        Assert.Equal(value, BetaFunction.LogGamma(x), Math.Abs(value) * 1e-13);
}
