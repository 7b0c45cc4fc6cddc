using ILGPU;

namespace TuneGraph.Training;

/// <summary>One side of a product: a matrix [places, depth], or its transpose.</summary>
internal struct ProductSide
{
    public Numbers Values;

    /// <summary>From one product of a batch to the next, in two dimensions, and from one pair to the next.</summary>
    public long Outer, Inner, Pair;

    /// <summary>Elements from one row to the next; a multiple of four.</summary>
    public int Stride;

    /// <summary>Whether places (1) or the depth (0) lie side by side in memory.</summary>
    public int PlacesAdjoin;

    /// <summary>Places there are; those past them count as 0.</summary>
    public int Places;
}

/// <summary>
/// A batch of products C = scale * Σ over pairs of A B (+ bias, + what C holds), then ReLU. The depth of all pairs,
/// one after the other, may be divided among several groups, whose sums go to a workspace first.
/// </summary>
internal struct ProductArguments
{
    public ProductSide A, B;
    public Numbers C, Bias, RowBias;
    public ArrayView<float> Workspace;
    public int Rows, Columns;

    /// <summary>Of a pair; a multiple of 16 if there are several.</summary>
    public int Depth, Pairs;

    /// <summary>Products of the batch in the inner dimension.</summary>
    public int InnerCount;

    /// <summary>Groups that share a tile, and the depth that each takes: a multiple of 16.</summary>
    public int Splits, SplitDepth;
    public long OuterC, InnerC;
    public int StrideC;
    public float Scale;
    public int HasBias, HasRowBias, Relu, Accumulate;

    /// <summary>Products in the batch.</summary>
    public int Count;
}

/// <summary>Which part of which product a group computes.</summary>
internal struct ProductTile
{
    public long A, B, C;
    public int Row, Column, From, End;

    /// <summary>The part's place in the workspace.</summary>
    public long Slot;

    public static ProductTile Of(ProductArguments p, int size)
    {
        int across = (p.Columns + size - 1) / size, down = (p.Rows + size - 1) / size;
        var rest = Grid.IdxX / across;
        var slot = rest / down;
        int split = slot % p.Splits, batch = slot / p.Splits;
        int outer = batch / p.InnerCount, inner = batch % p.InnerCount;
        var from = split * p.SplitDepth;
        var all = p.Depth * p.Pairs;
        return new ProductTile
        {
            A = (outer * p.A.Outer) + (inner * p.A.Inner),
            B = (outer * p.B.Outer) + (inner * p.B.Inner),
            C = (outer * p.OuterC) + (inner * p.InnerC),
            Row = rest % down * size,
            Column = Grid.IdxX % across * size,
            From = from,
            End = from + p.SplitDepth < all ? from + p.SplitDepth : all,
            Slot = slot,
        };
    }
}
