using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class SymmetricEigenTests
{
    [Fact]
    public void Known_eigenvalues_are_found()
    {
        // The second difference matrix: 2 - 2 cos(kπ / (n + 1)).
        const int n = 12;
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            a[(i * n) + i] = 2;
            if (i > 0)
                a[((i - 1) * n) + i] = a[(i * n) + i - 1] = -1;
        }

        var (values, vectors) = (new double[n], new double[n * n]);
        SymmetricEigen.Decompose(a, values, vectors);
        var sorted = values.Order().ToArray();
        for (var k = 1; k <= n; k++)
            Assert.Equal(2 - (2 * Math.Cos(k * Math.PI / (n + 1))), sorted[k - 1], 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void The_parts_make_up_the_matrix_and_the_vectors_are_orthonormal(int n)
    {
        var random = new SearchRandom((ulong)n);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
                a[(i * n) + j] = a[(j * n) + i] = random.NextDouble() - 0.5;
        }

        var (values, v) = (new double[n], new double[n * n]);
        SymmetricEigen.Decompose(a, values, v);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var back = Enumerable.Range(0, n).Sum(k => v[(i * n) + k] * values[k] * v[(j * n) + k]);
                var dot = Enumerable.Range(0, n).Sum(k => v[(k * n) + i] * v[(k * n) + j]);
                Assert.Equal(a[(i * n) + j], back, 1e-12);
                Assert.Equal(i == j ? 1 : 0, dot, 1e-12);
            }
        }
    }

    [Fact]
    public void Small_eigenvalues_keep_their_digits()
    {
        // D M D with D = diag(1, 1e-6, 1e-12): 1e24 between largest and smallest, and each known to first order.
        double[] a = [1, 1e-7, 1e-13, 1e-7, 1e-12, 1e-19, 1e-13, 1e-19, 1e-24];
        var (values, v) = (new double[3], new double[9]);
        SymmetricEigen.Decompose(a, values, v);
        var sorted = values.Order().ToArray();
        // The determinant of M = [1 .1 .1; .1 1 .1; .1 .1 1] is 0.972, and of its upper left corner 0.99.
        Assert.Equal(0.972 / 0.99 * 1e-24, sorted[0], 1e-29);
        Assert.Equal(0.99e-12, sorted[1], 1e-17);
    }
}
