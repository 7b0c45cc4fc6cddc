using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Computes a <see cref="DotProduct{T}"/> of short rows, such as the queries and keys of a head: as a product with the
/// transpose of some rows of B at a time. Summing a register across costs more than the few multiplications before it.
/// </summary>
internal static unsafe class ShortDotProductKernel<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Elements per row up to which it is faster.</summary>
    public const int MostDepth = 64;

    /// <summary>Rows of B that are transposed together: 16 KiB of floats at most.</summary>
    private const int Together = 64;

    /// <param name="p">
    /// One pair, not accumulated. Rows of C have room up to the next whole panel, which becomes 0.
    /// </param>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in DotProduct<T> p)
    {
        T* transpose = stackalloc T[MostDepth * Together];
        for (var column = 0; column < p.Columns; column += Together)
        {
            var columns = Math.Min(Together, p.Columns - column);
            Panels<T>.TransposeRows(
                p.B + (column * p.RowStrideB), p.RowStrideB, columns, p.Depth, transpose, Together);
            var product = new Product<T>
            {
                Rows = p.Rows,
                Depth = p.TrueDepth,
                Columns = Panels<T>.RoundUp(columns),
                A = p.A,
                RowStride = p.RowStrideA,
                DepthStride = 1,
                B = transpose,
                RowStrideB = Together,
                C = p.C + column,
                RowStrideC = p.RowStrideC,
                PanelStrideC = Panels<T>.Width,
            };
            Scale(transpose, product.Depth, product.Columns, p.Scale);
            ProductKernel<T, V, S>.Run(product, scratch: null);
        }
    }

    private static void Scale(T* transpose, int depth, int columns, T factor)
    {
        if (factor == T.One)
            return;
        for (var k = 0; k < depth; k++)
            ElementKernels<T, V, S>.Scale(transpose + (k * Together), factor, columns);
    }
}
