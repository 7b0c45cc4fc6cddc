using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A <see cref="Product{T}"/> divided among threads, by rows or by columns of C, whichever are more.</summary>
internal unsafe struct ProductWork<T, V, S> : ITeamWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Multiplications from which a second thread pays: its start costs about a microsecond.</summary>
    private const long WorthDividing = 200_000;

    /// <summary>Multiplications from which there are two parts a thread.</summary>
    private const long WorthSpreading = 1L << 25;

    /// <summary>Columns are divided in pairs of panels, since the innermost kernel takes two registers.</summary>
    private static readonly int _columnStep = 2 * Panels<T>.Width;

    public required Product<T> Product;

    /// <summary>Scratch memory of all threads.</summary>
    public required T* Scratch;

    /// <summary>Parts for so many threads.</summary>
    public readonly int Parts(int threads) => PartsOf((long)Product.Rows * Product.Columns * Product.Depth, threads);

    /// <summary>Large work in more parts than threads, so that a slow thread leaves some to the others.</summary>
    public static int PartsOf(long multiplications, int threads) =>
        multiplications < WorthDividing ? 1 : multiplications < WorthSpreading ? threads : 2 * threads;

    public readonly void Run(int part, int parts, int thread)
    {
        var p = Product;
        if (p.Rows >= p.Columns)
        {
            var (from, end) = Share(p.Rows, TileKernel<T, V, S>.RowStep, part, parts);
            TakeRows(ref p, from, end);
        }
        else
        {
            var (from, end) = Share(p.Columns, _columnStep, part, parts);
            TakeColumns(ref p, from, end);
        }
        if (p.Rows > 0 && p.Columns > 0)
            ProductKernel<T, V, S>.Run(p, Scratch + (thread * ProductKernel<T, V, S>.ScratchLength));
    }

    /// <summary>One part of a range, in whole steps but for the end.</summary>
    public static (int From, int End) Share(int count, int step, int part, int parts)
    {
        var steps = (count + step - 1) / step;
        return (Math.Min(count, (int)((long)steps * part / parts) * step),
            Math.Min(count, (int)((long)steps * (part + 1) / parts) * step));
    }

    private static void TakeRows(ref Product<T> p, int from, int end)
    {
        p.Rows = end - from;
        p.A += from * p.RowStride;
        p.C += from * p.RowStrideC;
        if (p.RowBias != null)
            p.RowBias += from;
    }

    private static void TakeColumns(ref Product<T> p, int from, int end)
    {
        p.Columns = end - from;
        p.B += p.RowStrideB == 0 ? (nint)from * p.Depth : from;
        p.C += from / Panels<T>.Width * p.PanelStrideC;
        if (p.Bias != null)
            p.Bias += from;
    }
}

/// <summary>A <see cref="DotProduct{T}"/> divided among threads by rows or columns of C, whichever are more.</summary>
internal unsafe struct DotProductWork<T, V, S> : ITeamWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    public required DotProduct<T> Product;

    /// <summary>Parts for so many threads.</summary>
    public readonly int Parts(int threads) => ProductWork<T, V, S>.PartsOf(
        (long)Product.Rows * Product.Columns * Product.Depth * Product.Pairs, threads);

    public readonly void Run(int part, int parts, int thread)
    {
        var p = Product;
        if (p.Rows >= p.Columns)
        {
            var (from, end) = ProductWork<T, V, S>.Share(p.Rows, DotProductKernel<T, V, S>.TileRows, part, parts);
            p.Rows = end - from;
            p.A += from * p.RowStrideA;
            p.C += from * p.RowStrideC;
        }
        else
        {
            var (from, end) = ProductWork<T, V, S>.Share(p.Columns, 2, part, parts);
            p.Columns = end - from;
            p.B += from * p.RowStrideB;
            p.C += from;
        }
        if (p.Rows > 0 && p.Columns > 0)
            DotProductKernel<T, V, S>.Run(p);
    }
}
