using System.Runtime.Intrinsics;

namespace TuneGraph.Search;

/// <summary>
/// The factor L of a symmetric positive definite matrix A = L Lᵀ, and what is computed from it. Matrices are
/// [row, column] in one array of n · n numbers; only lower triangles are read or written, but the upper triangle of
/// L⁻¹ is zero.
/// </summary>
internal static class Cholesky
{
    private const int Rows = 4;

    /// <summary>Replaces the lower triangle of A by L; false where A is not positive definite to rounding.</summary>
    public static bool TryFactor(Span<double> a, int n)
    {
        for (var i = 0; i < n; i++)
        {
            var row = a.Slice(i * n, i + 1);
            SolveRow(a, n, row, i);
            var pivot = row[i] - Dense.Dot(row[..i], row[..i]);
            if (!(pivot > 0) || !double.IsFinite(pivot))
                return false;
            row[i] = Math.Sqrt(pivot);
        }

        return true;
    }

    /// <summary>x = L⁻¹ x.</summary>
    public static void SolveLower(ReadOnlySpan<double> l, int n, Span<double> x)
    {
        for (var i = 0; i < n; i++)
            x[i] = (x[i] - Dense.Dot(x[..i], l[(i * n)..])) / l[(i * n) + i];
    }

    /// <summary>x = L⁻ᵀ x.</summary>
    public static void SolveUpper(ReadOnlySpan<double> l, int n, Span<double> x)
    {
        for (var i = n - 1; i >= 0; i--)
        {
            x[i] /= l[(i * n) + i];
            Dense.AddScaled(-x[i], l[(i * n)..], x[..i]);
        }
    }

    /// <summary>L⁻¹, zeros above the diagonal included.</summary>
    public static void InvertLower(ReadOnlySpan<double> l, int n, Span<double> inverse)
    {
        inverse[..(n * n)].Clear();
        for (var i = 0; i < n; i++)
        {
            var row = inverse.Slice(i * n, i + 1);
            var k = 0;
            for (; k <= i - Rows; k += Rows)
            {
                var scales = -Vector256.Create(l.Slice((i * n) + k, Rows));
                Dense.AddScaledFour(scales, inverse[(k * n)..], n, row[..(k + Rows)]);
            }

            for (; k < i; k++)
                Dense.AddScaled(-l[(i * n) + k], inverse[(k * n)..], row[..(k + 1)]);
            row[i] = 1;
            foreach (ref var entry in row)
                entry /= l[(i * n) + i];
        }
    }

    /// <summary>The lower triangle of A⁻¹ = L⁻ᵀ L⁻¹, from L⁻¹.</summary>
    public static void Invert(ReadOnlySpan<double> inverseLower, int n, Span<double> inverse)
    {
        for (var i = 0; i < n; i++)
        {
            var row = inverse.Slice(i * n, i + 1);
            row.Clear();
            var k = i;
            for (; k <= n - Rows; k += Rows)
            {
                var at = (k * n) + i;
                var scales = Vector256.Create(
                    inverseLower[at], inverseLower[at + n], inverseLower[at + (2 * n)], inverseLower[at + (3 * n)]);
                Dense.AddScaledFour(scales, inverseLower[(k * n)..], n, row);
            }

            for (; k < n; k++)
                Dense.AddScaled(inverseLower[(k * n) + i], inverseLower[(k * n)..], row);
        }
    }

    /// <summary>Σ ln L[i, i]: half the logarithm of A's determinant.</summary>
    public static double HalfLogDeterminant(ReadOnlySpan<double> l, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
            sum += Math.Log(l[(i * n) + i]);
        return sum;
    }

    /// <summary>row[j] = (row[j] − Σ row[k] L[j, k]) / L[j, j] for the j below i, four rows of L at a time.</summary>
    private static void SolveRow(ReadOnlySpan<double> l, int n, Span<double> row, int i)
    {
        var j = 0;
        for (; j <= i - Rows; j += Rows)
        {
            var sums = Dense.DotFour(row[..j], l[(j * n)..], n);
            for (var r = 0; r < Rows; r++)
            {
                var at = ((j + r) * n) + j;
                var sum = sums[r];
                for (var k = 0; k < r; k++)
                    sum += row[j + k] * l[at + k];
                row[j + r] = (row[j + r] - sum) / l[at + r];
            }
        }

        for (; j < i; j++)
            row[j] = (row[j] - Dense.Dot(row[..j], l[(j * n)..])) / l[(j * n) + j];
    }
}
