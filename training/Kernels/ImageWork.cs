using System.Numerics;

namespace TuneGraph.Training;

/// <summary>What is done to images, divided among threads.</summary>
internal enum ImageStep
{
    /// <summary>Images become columns; image by image.</summary>
    Unfold,

    /// <summary>Columns become images; image by image.</summary>
    Fold,

    /// <summary>Sums of planes; channel by channel.</summary>
    PlaneSums,

    /// <summary>Largest values of windows; plane by plane.</summary>
    MaxPool,

    /// <summary>The way back.</summary>
    MaxPoolGradient,

    /// <summary>Means of windows; plane by plane.</summary>
    MeanPool,

    /// <summary>The way back.</summary>
    MeanPoolGradient,
}

/// <summary>Work on images, of which each part takes some, or some planes or channels, as one thread would.</summary>
internal unsafe struct ImageWork<T, V, S> : ITeamWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Elements to touch from which a second thread pays: its start costs about a microsecond.</summary>
    private const long WorthDividing = 1 << 15;

    public required ImageStep Step;

    /// <summary>Images, or planes where pools take them one by one.</summary>
    public required int Count;
    public required Window Window;

    /// <summary>The side of the images.</summary>
    public required T* Images;

    /// <summary>The side of columns, outputs or sums.</summary>
    public required T* Columns;

    /// <summary>From one row of columns, or one plane of outputs, to the next.</summary>
    public required nint Stride;

    /// <summary>Which place won, for each output of a largest value.</summary>
    public int* Places;

    /// <summary>Does it.</summary>
    public static void Run(ThreadTeam team, ImageWork<T, V, S> work)
    {
        var window = work.Window;
        var touched = (long)work.Count * (work.Step is ImageStep.Unfold or ImageStep.Fold
            ? window.Depth * work.Stride
            : work.Step == ImageStep.PlaneSums ? (nint)window.Channels * window.PlaneStride : window.PlaneStride);
        team.Run(ref work, touched < WorthDividing ? 1 : Math.Min(team.Size, work.Things));
    }

    private readonly int Things => Step == ImageStep.PlaneSums ? Window.Channels : Count;

    public readonly void Run(int part, int parts, int thread)
    {
        var (from, end) = ProductWork<T, V, S>.Share(Things, 1, part, parts);
        if (Step == ImageStep.PlaneSums)
        {
            ConvolutionKernels<T, V, S>.PlaneSums(
                Images, Count, Window.Channels, Window.PlaneStride, Columns, from, end);
            return;
        }
        if (Step is ImageStep.Unfold or ImageStep.Fold)
            Convolve(from, end);
        else
            Pool(from, end - from);
    }

    private readonly void Convolve(int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            T* image = Images + (i * (nint)Window.Channels * Window.PlaneStride),
                columns = Columns + (i * Window.Depth * Stride);
            if (Step == ImageStep.Unfold)
                ConvolutionKernels<T, V, S>.Unfold(image, Window, columns, Stride);
            else
                ConvolutionKernels<T, V, S>.Fold(columns, Stride, Window, image);
        }
    }

    private readonly void Pool(int from, int planes)
    {
        T* images = Images + ((nint)from * Window.PlaneStride), outputs = Columns + (from * Stride);
        var places = Places + (from * Stride);
        var stride = (int)Stride;
        switch (Step)
        {
            case ImageStep.MaxPool:
                PoolingKernels<T, V, S>.Max(images, planes, Window, outputs, stride, places);
                break;
            case ImageStep.MaxPoolGradient:
                PoolingKernels<T, V, S>.MaxGradient(outputs, stride, places, planes, Window, images);
                break;
            case ImageStep.MeanPool:
                PoolingKernels<T, V, S>.Mean(images, planes, Window, outputs, stride);
                break;
            default:
                PoolingKernels<T, V, S>.MeanGradient(outputs, stride, planes, Window, images);
                break;
        }
    }
}
