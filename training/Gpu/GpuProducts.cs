using System.Diagnostics;

namespace TuneGraph.Training;

/// <summary>Decides how a device computes matrix products: by which tile, in how many parts, or by cuBLAS.</summary>
internal sealed unsafe class GpuProducts(GpuSession owner, bool library) : IDisposable
{
    /// <summary>Depth that a part has at least, where several groups share a tile.</summary>
    private const int LeastSplit = 128;

    /// <summary>Rows and columns from which tensor cores multiply: half a tile.</summary>
    private const int LeastTensorSide = 32;

    /// <summary>The longest workspace: 64 MiB.</summary>
    private const long MostWorkspace = 16 << 20;

    private readonly Cublas? _library = library ? Cublas.Of(owner) : null;
    private float* _workspace;
    private long _workspaceLength;

    /// <summary>The tile to use whatever the shape; null to choose.</summary>
    public int? OnlyTile { get; init; }

    /// <summary>The parts to divide the depth into whatever the shape; null to choose.</summary>
    public int? OnlySplits { get; init; }

    public void Multiply(in Product<float> p, in Repeats repeats, int? rowsOfW = null)
    {
        // A single panel is row-major too.
        var strideB = p.RowStrideB == 0 ? Panels<float>.Width : p.RowStrideB;
        if (p.Columns > Panels<float>.Width && p.PanelStrideC != Panels<float>.Width)
            throw new UnreachableException("Devices keep matrices row-major, not in panels.");
        var arguments = new ProductArguments
        {
            A = Side(p.A, (int)Math.Max(p.RowStride, p.DepthStride), p.RowStride == 1 && p.DepthStride != 1, p.Rows,
                p.Depth, repeats, repeats.StepA),
            B = Side(p.B, (int)strideB, rowsOfW is null, rowsOfW ?? p.Columns, p.Depth, repeats, repeats.StepB),
            C = Batch(p.C, p.Rows, p.RowStrideC, p.Columns, repeats, repeats.StepC),
            Bias = p.Bias == null ? owner.Nothing : owner.View(p.Bias, p.Columns),
            RowBias = p.RowBias == null ? owner.Nothing : owner.View(p.RowBias, p.Rows),
            HasBias = p.Bias == null ? 0 : 1,
            HasRowBias = p.RowBias == null ? 0 : 1,
            Relu = p.Relu ? 1 : 0,
            Rows = p.Rows,
            Columns = p.Columns,
            Depth = p.Depth,
            Pairs = 1,
            StrideC = (int)p.RowStrideC,
            OuterC = repeats.StepC.Outer,
            InnerC = repeats.StepC.Inner,
            InnerCount = repeats.Inner,
            Count = repeats.Outer * repeats.Inner,
            Scale = 1,
        };
        // Once it has grown for the workspace, it does not grow again.
        if (!TryRun(arguments))
            Multiply(p, repeats, rowsOfW);
    }

    public void Multiply(in DotProduct<float> p, in Repeats repeats)
    {
        var columns = Panels<float>.RoundUp(p.Columns);
        var a = Side(p.A, (int)p.RowStrideA, placesAdjoin: false, p.Rows, p.Depth, repeats, repeats.StepA, p.Pairs,
            p.PairStrideA);
        var b = Side(p.B, (int)p.RowStrideB, placesAdjoin: false, p.Columns, p.Depth, repeats, repeats.StepB, p.Pairs,
            p.PairStrideB);
        var arguments = new ProductArguments
        {
            A = a,
            B = b,
            C = Batch(p.C, p.Rows, p.RowStrideC, columns, repeats, repeats.StepC),
            Bias = owner.Nothing,
            RowBias = owner.Nothing,
            Rows = p.Rows,
            Columns = columns,
            Depth = p.Depth,
            Pairs = p.Pairs,
            StrideC = (int)p.RowStrideC,
            OuterC = repeats.StepC.Outer,
            InnerC = repeats.StepC.Inner,
            InnerCount = repeats.Inner,
            Count = repeats.Outer * repeats.Inner,
            Scale = p.Scale,
            Accumulate = p.Accumulate ? 1 : 0,
        };
        if (!TryRun(arguments))
            Multiply(p, repeats);
    }

    public void Dispose() => _library?.Dispose();

    /// <summary>
    /// Launches it; not if the training's block had to grow for it, of which the arguments' views are from before.
    /// </summary>
    private bool TryRun(ProductArguments p)
    {
        if (p.Count == 0 || p.Rows == 0)
            return true;
        p.Splits = 1;
        p.SplitDepth = Math.Max(1, p.Depth * p.Pairs);
        p.Workspace = owner.Nothing;
        if (OnlyTile is null && _library is not null && _library.Pays(p))
        {
            _library.Multiply(p);
            if (Cublas.NeedsFinish(p))
                Flat(owner.Code.FinishAll, p, Finishing(p));
            return true;
        }
        var (kernel, tile, threads) = KernelFor(p);
        var growths = owner.Arena.Growths;
        Split(ref p, Tiles(p, tile));
        if (owner.Arena.Growths != growths)
            return false;
        kernel.Launch(owner.Stream, Tiles(p, tile) * p.Splits, threads, p);
        if (p.Splits > 1)
            Flat(owner.Code.SumSplits, p, p);
        return true;
    }

    private (GpuKernel<ProductArguments> Kernel, int Tile, int Threads) KernelFor(in ProductArguments p)
    {
        if (OnlyTile is null && UsesTensorCores(p))
            return (owner.Code.TensorTile, TensorProductCode.Size, TensorProductCode.Threads);
        var tile = OnlyTile ?? TileFor(p);
        return tile switch
        {
            ProductCode.Small => (owner.Code.SmallTile, tile, ProductCode.SmallThreads),
            ProductCode.Medium => (owner.Code.MediumTile, tile, ProductCode.MediumThreads),
            _ => (owner.Code.LargeTile, tile, ProductCode.LargeThreads),
        };
    }

    /// <summary>Whether nothing is rounded by them, or may be, and a tile is not mostly empty.</summary>
    private bool UsesTensorCores(in ProductArguments p) => owner.Device.HasTensorCores
        && (owner.AllowsTf32 || (p.A.Values.Format != 0 && p.B.Values.Format != 0))
        && Math.Min(p.Rows, p.Columns) >= LeastTensorSide;

    /// <summary>The largest tile of which there are enough to keep all multiprocessors busy.</summary>
    private int TileFor(in ProductArguments p)
    {
        if (owner.Device.IsSimulated)
            return ProductCode.Small;                       // of the fewest threads
        var wanted = owner.Device.Accelerator.NumMultiprocessors;
        return Tiles(p, ProductCode.Large) >= wanted ? ProductCode.Large
            : Tiles(p, ProductCode.Medium) >= wanted ? ProductCode.Medium
            : ProductCode.Small;
    }

    private static long Tiles(in ProductArguments p, int tile) =>
        (long)((p.Columns + tile - 1) / tile) * ((p.Rows + tile - 1) / tile) * p.Count;

    /// <summary>Divides a deep product of few tiles among several groups a tile.</summary>
    private void Split(ref ProductArguments p, long tiles)
    {
        var depth = p.Depth * p.Pairs;
        var splits = OnlySplits
            ?? Math.Min(2L * owner.Device.Accelerator.NumMultiprocessors / tiles, depth / LeastSplit);
        splits = Math.Min(splits, MostWorkspace / ((long)p.Rows * p.Columns * p.Count));
        if (splits < 2)
            return;
        p.SplitDepth = (int)((((depth + splits - 1) / splits) + 15) & ~15L);
        p.Splits = (depth + p.SplitDepth - 1) / p.SplitDepth;
        if (p.Splits < 2)
            return;
        var length = (long)p.Splits * p.Rows * p.Columns * p.Count;
        if (length > _workspaceLength)
        {
            _workspace = (float*)owner.Arena.Take(length);
            _workspaceLength = length;
        }
        p.Workspace = owner.Exact(_workspace, length);
    }

    private void Flat(GpuKernel<ProductArguments> kernel, in ProductArguments shape, in ProductArguments arguments)
    {
        var quads = (long)shape.Rows * (shape.Columns / 4) * shape.Count;
        kernel.Launch(owner.Stream, owner.Groups(quads), owner.Device.Threads, arguments);
    }

    /// <summary>What is left to do after the library, which has scaled and accumulated.</summary>
    private static ProductArguments Finishing(ProductArguments p)
    {
        (p.Scale, p.Accumulate) = (1, 0);
        return p;
    }

    private ProductSide Side(
        float* values, int stride, bool placesAdjoin, int places, int depth, in Repeats repeats,
        (nint Outer, nint Inner) step, int pairs = 1, nint pairStride = 0)
    {
        if (stride % 4 != 0 && places * (long)depth > 0)
            throw new UnreachableException($"Rows of {stride} elements are no multiples of four.");
        var rows = Math.Max(0, (placesAdjoin ? depth : places) - 1);
        var width = ((placesAdjoin ? places : depth) + 3) & ~3;
        var length = ((long)rows * stride) + width + (Math.Max(0, pairs - 1) * (long)pairStride)
            + (Math.Max(0, repeats.Outer - 1) * (long)step.Outer) + (Math.Max(0, repeats.Inner - 1) * (long)step.Inner);
        return new ProductSide
        {
            Values = places == 0 || depth == 0 || pairs == 0 ? owner.Nothing : owner.View(values, length),
            Outer = step.Outer,
            Inner = step.Inner,
            Pair = pairStride,
            Stride = stride,
            PlacesAdjoin = placesAdjoin ? 1 : 0,
            Places = places,
        };
    }

    private Numbers Batch(
        float* c, int rows, nint stride, int columns, in Repeats repeats, (nint Outer, nint Inner) step) =>
        rows == 0 || repeats.Outer * repeats.Inner == 0
            ? owner.Nothing
            : owner.View(c, ((rows - 1) * (long)stride) + columns + ((repeats.Outer - 1) * (long)step.Outer)
                + ((repeats.Inner - 1) * (long)step.Inner));
}
