using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// A convolution, or its way back to the images, divided among threads by images: each is unfolded and multiplied, or
/// multiplied and folded, by one thread in room of its own, while its columns are in that thread's cache.
/// </summary>
internal unsafe struct ConvolutionWork<T, V, S> : ITeamWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>The first image's product, whose columns are those of the first thread.</summary>
    public required Product<T> Product;
    public required Images<T> Images;

    /// <summary>Scratch memory of all threads.</summary>
    public required T* Scratch;
    public required bool IsBackward;

    /// <summary>Does it.</summary>
    public static void Run(ThreadTeam team, ConvolutionWork<T, V, S> work)
    {
        var p = work.Product;
        var parts = ProductWork<T, V, S>.PartsOf(
            (long)p.Rows * p.Columns * p.Depth * work.Images.Count, team.Size);
        team.Run(ref work, parts == 1 ? 1 : Math.Min(work.Images.Count, 2 * parts));
    }

    public readonly void Run(int part, int parts, int thread)
    {
        var (from, end) = ProductWork<T, V, S>.Share(Images.Count, 1, part, parts);
        var one = Product;
        var columns = (IsBackward ? Product.C : Product.B) + (thread * Images.ColumnLength);
        var scratch = Scratch + (thread * ProductKernel<T, V, S>.ScratchLength);
        for (var i = from; i < end; i++)
        {
            var image = Images.Values + (i * Images.Length);
            if (IsBackward)
            {
                one.B = Product.B + (i * Images.OutputStep);
                one.C = columns;
                ProductKernel<T, V, S>.Run(one, scratch);
                ConvolutionKernels<T, V, S>.Fold(columns, Images.ColumnStride, Images.Window, image);
                continue;
            }
            ConvolutionKernels<T, V, S>.Unfold(image, Images.Window, columns, Images.ColumnStride);
            one.B = columns;
            one.C = Product.C + (i * Images.OutputStep);
            ProductKernel<T, V, S>.Run(one, scratch);
        }
    }
}
