using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class BoundedMinimizerTests
{
    [Fact]
    public void It_finds_the_minimum_of_Rosenbrocks_valley()
    {
        double[] x = [-1.2, 1, -0.5];
        var value = Minimize(Rosenbrock, x, -5, 5, 400);
        Assert.Equal(0, value, 1e-8);
        Assert.All(x, part => Assert.Equal(1, part, 1e-3));
    }

    /// <summary>
    /// With x₀ ≤ ½ the minimum over the others follows: x₁ = x₀², and Lagrange's conditions hold at the bound.
    /// </summary>
    [Fact]
    public void It_stays_in_the_box_and_finds_the_minimum_at_its_edge()
    {
        double[] x = [-1.2, -2];
        var value = Minimize(Rosenbrock, x, -5, 0.5, 400);
        Assert.Equal(0.5, x[0], 1e-6);
        Assert.Equal(0.25, x[1], 1e-4);
        Assert.Equal(0.25, value, 1e-6);
    }

    [Fact]
    public void Points_where_there_is_no_value_are_stepped_back_from()
    {
        double[] x = [4];
        var value = Minimize(
            (at, gradient) =>
            {
                gradient[0] = 1 - (1 / at[0]);
                return at[0] <= 0.2 ? double.PositiveInfinity : at[0] - Math.Log(at[0]);
            },
            x, -10, 10, 100);
        Assert.Equal(1, value, 1e-8);
        Assert.Equal(1, x[0], 1e-4);
    }

    [Fact]
    public void It_calls_no_more_often_than_it_may()
    {
        foreach (var allowed in (int[])[1, 2, 7, 30])
        {
            var calls = 0;
            Minimize(
                (at, gradient) =>
                {
                    calls++;
                    return Rosenbrock(at, gradient);
                },
                [-1.2, 1], -5, 5, allowed);
            Assert.InRange(calls, 1, allowed);
        }
    }

    [Fact]
    public void Variables_without_room_stay_where_they_are()
    {
        double[] x = [0.3, 0.9];
        new BoundedMinimizer(2).Minimize(Rosenbrock, x, [0.3, -5], [0.3, 5], 200, 1e-9);
        Assert.Equal(0.3, x[0]);
        Assert.Equal(0.09, x[1], 1e-6);
    }

    private static double Minimize(Objective f, double[] x, double low, double high, int evaluations) =>
        new BoundedMinimizer(x.Length).Minimize(
            f, x, [.. x.Select(_ => low)], [.. x.Select(_ => high)], evaluations, 1e-8);

    private static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        var sum = 0.0;
        for (var i = 0; i + 1 < x.Length; i++)
        {
            var (valley, rest) = (x[i + 1] - (x[i] * x[i]), 1 - x[i]);
            sum += (100 * valley * valley) + (rest * rest);
            gradient[i] += (-400 * x[i] * valley) - (2 * rest);
            gradient[i + 1] += 200 * valley;
        }

        return sum;
    }
}
