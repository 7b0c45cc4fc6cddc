using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class CholeskyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(17)]
    [InlineData(40)]
    public void Factor_inverse_and_solutions_agree_with_their_definitions(int n)
    {
        var a = PositiveDefinite(n, 3);
        var l = (double[])a.Clone();
        Assert.True(Cholesky.TryFactor(l, n));
        var (inverseLower, inverse) = (new double[n * n], new double[n * n]);
        Cholesky.InvertLower(l, n, inverseLower);
        Cholesky.Invert(inverseLower, n, inverse);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                Assert.Equal(a[(i * n) + j], Sum(n, k => Lower(l, n, i, k) * Lower(l, n, j, k)), 1e-10);
                Assert.Equal(i == j ? 1 : 0, Sum(n, k => Lower(l, n, i, k) * inverseLower[(k * n) + j]), 1e-10);
                Assert.Equal(i == j ? 1 : 0, Sum(n, k => Full(a, n, i, k) * Full(inverse, n, k, j)), 1e-9);
                Assert.True(i == j || inverseLower[(j * n) + i] == 0);
            }
        }

        var x = Enumerable.Range(1, n).Select(k => (double)k).ToArray();
        Cholesky.SolveLower(l, n, x);
        Cholesky.SolveUpper(l, n, x);
        for (var i = 0; i < n; i++)
            Assert.Equal(i + 1, Sum(n, k => Full(a, n, i, k) * x[k]), 1e-9 * n);
    }

    [Fact]
    public void The_determinant_of_a_hand_computed_matrix_is_right()
    {
        double[] a = [4, 0, 2, 5]; // det [[4, 2], [2, 5]] = 16
        Assert.True(Cholesky.TryFactor(a, 2));
        Assert.Equal(Math.Log(16) / 2, Cholesky.HalfLogDeterminant(a, 2), 1e-15);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_has_no_factor() =>
        Assert.False(Cholesky.TryFactor([1, 0, 2, 1], 2));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    public void Rows_are_summed_whatever_their_length(int n)
    {
        var random = new SearchRandom(5);
        var (a, rows) = (Draw(n, random), Draw(4 * (n + 2), random));
        var dots = Dense.DotFour(a, rows, n + 2);
        for (var r = 0; r < 4; r++)
        {
            Assert.Equal(Sum(n, k => a[k] * rows[(r * (n + 2)) + k]), dots[r], 1e-12);
            Assert.Equal(dots[r], Dense.Dot(a, rows.AsSpan(r * (n + 2))), 1e-12);
        }

        var (sums, expected) = (Draw(n, random), new double[n]);
        for (var k = 0; k < n; k++)
            expected[k] = sums[k] + Sum(4, r => (r + 1) * rows[(r * (n + 2)) + k]);
        Dense.AddScaledFour(System.Runtime.Intrinsics.Vector256.Create(1.0, 2, 3, 4), rows, n + 2, sums);
        for (var k = 0; k < n; k++)
            Assert.Equal(expected[k], sums[k], 1e-12);
    }

    private static double Sum(int n, Func<int, double> term) => Enumerable.Range(0, n).Sum(term);

    private static double Lower(double[] l, int n, int i, int k) => k <= i ? l[(i * n) + k] : 0;

    private static double Full(double[] a, int n, int i, int k) => a[(Math.Max(i, k) * n) + Math.Min(i, k)];

    private static double[] Draw(int n, SearchRandom random) =>
        [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];

    /// <summary>B Bᵀ + I for a random B.</summary>
    private static double[] PositiveDefinite(int n, ulong seed)
    {
        var b = Draw(n * n, new SearchRandom(seed));
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                a[(i * n) + j] = Sum(n, k => b[(i * n) + k] * b[(j * n) + k]) + (i == j ? 1 : 0);
        }

        return a;
    }
}
