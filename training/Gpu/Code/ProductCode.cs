using ILGPU;

namespace TuneGraph.Training;

/// <summary>
/// Matrix products in tiles: a group loads a tile's rows of A and columns of B to shared memory, some depth at a time,
/// and while it computes with them, the next ones are on their way to registers. Every thread loads four numbers of
/// each side at once, and keeps 4 x 4 sums (in the largest tile 8 x 8) in registers.
/// </summary>
/// <remarks>Every sum runs over the depth in order, so that the result depends on the number of splits alone.</remarks>
internal static class ProductCode
{
    /// <summary>Rows and columns of the tiles; threads of the groups; depth of a step.</summary>
    public const int Small = 32, SmallThreads = 64, SmallStep = 8,
        Medium = 64, MediumThreads = 256, MediumStep = 16,
        Large = 128, LargeThreads = 256, LargeStep = 8;

    /// <summary>What fills up a row in shared memory, so that stores from different rows hit different banks.</summary>
    private const int Filling = 4;

    public static void SmallTile(ProductArguments p)
    {
        var a = SharedMemory.Allocate<float>(SmallStep * (Small + Filling));
        var b = SharedMemory.Allocate<float>(SmallStep * (Small + Filling));
        Tile(p, Small, SmallStep, a, b);
    }

    public static void MediumTile(ProductArguments p)
    {
        var a = SharedMemory.Allocate<float>(MediumStep * (Medium + Filling));
        var b = SharedMemory.Allocate<float>(MediumStep * (Medium + Filling));
        Tile(p, Medium, MediumStep, a, b);
    }

    private static void Tile(ProductArguments p, int size, int step, ArrayView<float> sharedA, ArrayView<float> sharedB)
    {
        var tile = ProductTile.Of(p, size);
        int thread = Group.IdxX, x = thread % (size / 4), y = thread / (size / 4), pitch = (size + Filling) / 4;
        ArrayView<Float4> a4 = sharedA.Cast<Float4>(), b4 = sharedB.Cast<Float4>();
        Float4 r0 = default, r1 = default, r2 = default, r3 = default;
        var a = Load(p.A, p.Depth, tile.A, tile.Row, tile.From, tile.End, size, step);
        var b = Load(p.B, p.Depth, tile.B, tile.Column, tile.From, tile.End, size, step);
        for (var k = tile.From; k < tile.End; k += step)
        {
            Share(p.A.PlacesAdjoin, a, size, step, sharedA);
            Share(p.B.PlacesAdjoin, b, size, step, sharedB);
            Group.Barrier();
            a = Load(p.A, p.Depth, tile.A, tile.Row, k + step, tile.End, size, step);
            b = Load(p.B, p.Depth, tile.B, tile.Column, k + step, tile.End, size, step);
            for (var i = 0; i < step; i++)
            {
                Float4 left = a4[(i * pitch) + y], right = b4[(i * pitch) + x];
                r0 += left.X * right;
                r1 += left.Y * right;
                r2 += left.Z * right;
                r3 += left.W * right;
            }
            Group.Barrier();
        }
        int row = tile.Row + (4 * y), column = tile.Column + (4 * x);
        Store(p, tile, row, column, r0);
        Store(p, tile, row + 1, column, r1);
        Store(p, tile, row + 2, column, r2);
        Store(p, tile, row + 3, column, r3);
    }

    public static void LargeTile(ProductArguments p)
    {
        var sharedA = SharedMemory.Allocate<float>(LargeStep * (Large + Filling));
        var sharedB = SharedMemory.Allocate<float>(LargeStep * (Large + Filling));
        var tile = ProductTile.Of(p, Large);
        const int Pitch = (Large + Filling) / 4, Half = Large / 8;
        int x = Group.IdxX % Half, y = Group.IdxX / Half;
        ArrayView<Float4> a4 = sharedA.Cast<Float4>(), b4 = sharedB.Cast<Float4>();
        Float4 l0 = default, l1 = default, l2 = default, l3 = default, l4 = default, l5 = default, l6 = default,
            l7 = default, h0 = default, h1 = default, h2 = default, h3 = default, h4 = default, h5 = default,
            h6 = default, h7 = default;
        var a = Load(p.A, p.Depth, tile.A, tile.Row, tile.From, tile.End, Large, LargeStep);
        var b = Load(p.B, p.Depth, tile.B, tile.Column, tile.From, tile.End, Large, LargeStep);
        for (var k = tile.From; k < tile.End; k += LargeStep)
        {
            Share(p.A.PlacesAdjoin, a, Large, LargeStep, sharedA);
            Share(p.B.PlacesAdjoin, b, Large, LargeStep, sharedB);
            Group.Barrier();
            a = Load(p.A, p.Depth, tile.A, tile.Row, k + LargeStep, tile.End, Large, LargeStep);
            b = Load(p.B, p.Depth, tile.B, tile.Column, k + LargeStep, tile.End, Large, LargeStep);
            for (var i = 0; i < LargeStep; i++)
            {
                Float4 up = a4[(i * Pitch) + y], down = a4[(i * Pitch) + Half + y];
                Float4 low = b4[(i * Pitch) + x], high = b4[(i * Pitch) + Half + x];
                l0 += up.X * low; l1 += up.Y * low; l2 += up.Z * low; l3 += up.W * low;
                l4 += down.X * low; l5 += down.Y * low; l6 += down.Z * low; l7 += down.W * low;
                h0 += up.X * high; h1 += up.Y * high; h2 += up.Z * high; h3 += up.W * high;
                h4 += down.X * high; h5 += down.Y * high; h6 += down.Z * high; h7 += down.W * high;
            }
            Group.Barrier();
        }
        int row = tile.Row + (4 * y), column = tile.Column + (4 * x);
        StoreFour(p, tile, row, column, l0, l1, l2, l3);
        StoreFour(p, tile, row, column + (Large / 2), h0, h1, h2, h3);
        StoreFour(p, tile, row + (Large / 2), column, l4, l5, l6, l7);
        StoreFour(p, tile, row + (Large / 2), column + (Large / 2), h4, h5, h6, h7);
    }

    /// <summary>Adds up what the splits have left in the workspace, in their order.</summary>
    public static void SumSplits(ProductArguments p)
    {
        var i = Grid.GlobalIndex.X;
        var quads = p.Rows * (p.Columns / 4);
        if (i >= quads * p.Count)
            return;
        int batch = i / quads, place = i % quads;
        var parts = p.Workspace.Cast<Float4>();
        Float4 sum = default;
        for (var split = 0; split < p.Splits; split++)
            sum += parts[((((long)batch * p.Splits) + split) * quads) + place];
        int row = place / (p.Columns / 4), column = place % (p.Columns / 4) * 4;
        var c = (batch / p.InnerCount * p.OuterC) + (batch % p.InnerCount * p.InnerC);
        Finish(p, c, row, column, sum);
    }

    /// <summary>Bias, ReLU and the like for what a library has left in C.</summary>
    public static void FinishAll(ProductArguments p)
    {
        var i = Grid.GlobalIndex.X;
        var quads = p.Rows * (p.Columns / 4);
        if (i >= quads * p.Count)
            return;
        int batch = i / quads, row = i % quads / (p.Columns / 4), column = i % quads % (p.Columns / 4) * 4;
        var c = (batch / p.InnerCount * p.OuterC) + (batch % p.InnerCount * p.InnerC);
        Finish(p, c, row, column, p.C.Quads[(c + ((long)row * p.StrideC) + column) >> 2]);
    }

    /// <summary>This thread's four numbers of a tile at depth <paramref name="from"/>.</summary>
    public static Float4 Load(
        ProductSide side, int pairDepth, long start, int first, int from, int end, int size, int step)
    {
        int thread = Group.IdxX, k, place;
        if (side.PlacesAdjoin != 0)
        {
            k = from + (thread / (size / 4));
            place = first + (thread % (size / 4) * 4);
        }
        else
        {
            k = from + (thread % (step / 4) * 4);
            place = first + (thread / (step / 4));
        }
        if (k >= end || place >= side.Places)
            return default;
        var values = side.Values.Quads;
        start += k / pairDepth * side.Pair;
        var within = k % pairDepth;
        if (side.PlacesAdjoin != 0)
            return values[(start + ((long)within * side.Stride) + place) >> 2];
        var four = values[(start + ((long)place * side.Stride) + within) >> 2];
        return new Float4(four.X, k + 1 < end ? four.Y : 0, k + 2 < end ? four.Z : 0, k + 3 < end ? four.W : 0);
    }

    /// <summary>Puts them where all threads find them: [step, size + filling].</summary>
    public static void Share(
        int placesAdjoin, Float4 four, int size, int step, ArrayView<float> shared, int filling = Filling)
    {
        var thread = Group.IdxX;
        var pitch = size + filling;
        if (placesAdjoin != 0)
        {
            shared.Cast<Float4>()[(thread / (size / 4) * (pitch / 4)) + (thread % (size / 4))] = four;
            return;
        }
        var at = (thread % (step / 4) * 4 * pitch) + (thread / (step / 4));
        shared[at] = four.X;
        shared[at + pitch] = four.Y;
        shared[at + (2 * pitch)] = four.Z;
        shared[at + (3 * pitch)] = four.W;
    }

    private static void StoreFour(
        ProductArguments p, ProductTile tile, int row, int column, Float4 r0, Float4 r1, Float4 r2, Float4 r3)
    {
        Store(p, tile, row, column, r0);
        Store(p, tile, row + 1, column, r1);
        Store(p, tile, row + 2, column, r2);
        Store(p, tile, row + 3, column, r3);
    }

    public static void Store(ProductArguments p, ProductTile tile, int row, int column, Float4 sums)
    {
        if (row >= p.Rows || column >= p.Columns)
            return;
        if (p.Splits > 1)
            p.Workspace.Cast<Float4>()[((((tile.Slot * p.Rows) + row) * p.Columns) + column) >> 2] = sums;
        else
            Finish(p, tile.C, row, column, sums);
    }

    private static void Finish(ProductArguments p, long c, int row, int column, Float4 sums)
    {
        var target = p.C.Quads;
        var at = (c + ((long)row * p.StrideC) + column) >> 2;
        sums = p.Scale * sums;
        if (p.HasBias != 0)
            sums += p.Bias.Quads[column >> 2];
        if (p.HasRowBias != 0)
            sums += Float4.Of(p.RowBias[row]);
        if (p.Accumulate != 0)
            sums += target[at];
        target[at] = p.Relu != 0 ? sums.Relu() : sums;
    }
}
