namespace TuneGraph.Search;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's cyclic rotations (Golub and Van Loan, "Matrix
/// computations", section 8.5): slower than the usual methods for large matrices, but small eigenvalues keep their
/// digits, and the same numbers come out everywhere.
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>A = V diag(values) Vᵀ.</summary>
    /// <param name="matrix">A, [n, n]; what lies below the diagonal is not read.</param>
    /// <param name="values">Takes the eigenvalues, [n], in no order.</param>
    /// <param name="vectors">Takes the eigenvectors, [n, n], one a column.</param>
    public static void Decompose(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors)
    {
        var n = values.Length;
        var a = matrix.ToArray();
        vectors.Clear();
        for (var i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1;
            for (var j = 0; j < i; j++)
                a[(i * n) + j] = a[(j * n) + i];
        }

        for (var sweep = 0; sweep < MostSweeps && !IsDiagonal(a, n); sweep++)
        {
            for (var p = 0; p < n - 1; p++)
            {
                for (var q = p + 1; q < n; q++)
                    Rotate(a, vectors, n, p, q);
            }
        }

        for (var i = 0; i < n; i++)
            values[i] = a[(i * n) + i];
    }

    private static bool IsDiagonal(double[] a, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                var least = Math.Min(Math.Abs(a[(i * n) + i]), Math.Abs(a[(j * n) + j]));
                if (Math.Abs(a[(i * n) + j]) > 1e-15 * least && a[(i * n) + j] != 0)
                    return false;
            }
        }

        return true;
    }

    /// <summary>Makes a_pq zero.</summary>
    private static void Rotate(double[] a, Span<double> v, int n, int p, int q)
    {
        var (app, aqq, apq) = (a[(p * n) + p], a[(q * n) + q], a[(p * n) + q]);
        if (apq == 0)
            return;
        var tau = (aqq - app) / (2 * apq);
        var t = Math.CopySign(1, tau) / (Math.Abs(tau) + Math.Sqrt(1 + (tau * tau)));
        var c = 1 / Math.Sqrt(1 + (t * t));
        var s = t * c;
        for (var k = 0; k < n; k++)
        {
            var (left, right) = (v[(k * n) + p], v[(k * n) + q]);
            (v[(k * n) + p], v[(k * n) + q]) = ((c * left) - (s * right), (s * left) + (c * right));
            if (k == p || k == q)
                continue;
            var (akp, akq) = (a[(k * n) + p], a[(k * n) + q]);
            a[(k * n) + p] = a[(p * n) + k] = (c * akp) - (s * akq);
            a[(k * n) + q] = a[(q * n) + k] = (s * akp) + (c * akq);
        }

        a[(p * n) + p] = app - (t * apq);
        a[(q * n) + q] = aqq + (t * apq);
        a[(p * n) + q] = a[(q * n) + p] = 0;
    }
}
