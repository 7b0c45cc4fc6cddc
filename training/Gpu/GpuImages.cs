namespace TuneGraph.Training;

/// <summary>Launches what convolution and pooling need.</summary>
internal sealed unsafe class GpuImages(GpuSession owner)
{
    public void Unfold(float* images, int count, in Window window, float* columns, int stride) => owner.Each(
        owner.Code.Unfold, (long)count * window.Depth * stride, Convolved(images, count, window, columns, stride));

    public void Fold(float* columns, int stride, int count, in Window window, float* images) => owner.Each(
        owner.Code.Fold, (long)count * window.Channels * window.PlaneStride,
        Convolved(images, count, window, columns, stride));

    public void PlaneSums(float* source, int samples, int channels, int planeStride, float* sums) =>
        owner.EachGroup(owner.Code.PlaneSums, channels, new ImageArguments
        {
            Images = owner.View(source, (long)samples * channels * planeStride),
            Columns = owner.View(sums, channels),
            Places = owner.Nothing.Cast<int>(),
            Count = samples,
            Channels = channels,
            PlaneStride = planeStride,
        }, samples * planeStride);

    /// <summary>Forward from images to outputs, a window a thread; backward from outputs to images.</summary>
    public void Pool(
        GpuKernel<ImageArguments> kernel, float* images, int planes, in Window window, float* outputs, int stride,
        int* places, bool backward) => owner.Each(
        kernel, (long)planes * (backward ? window.PlaneStride : window.OutputHeight * window.OutputWidth),
        Sliding(window, planes, stride) with
        {
            Images = owner.View(images, (long)planes * window.PlaneStride),
            Columns = owner.View(outputs, (long)planes * stride),
            Places = places == null ? owner.Nothing.Cast<int>() : owner.View(places, (long)planes * stride),
        });

    private ImageArguments Convolved(float* images, int count, in Window window, float* columns, int stride) =>
        Sliding(window, count, stride) with
        {
            Images = owner.View(images, (long)count * window.Channels * window.PlaneStride),
            Columns = owner.View(columns, (long)count * window.Depth * stride),
            Places = owner.Nothing.Cast<int>(),
        };

    private static ImageArguments Sliding(in Window window, int count, int stride) => new()
    {
        Count = count,
        Channels = window.Channels,
        Height = window.Height,
        Width = window.Width,
        PlaneStride = window.PlaneStride,
        Size = window.Size,
        Step = window.Step,
        Padding = window.Padding,
        OutputHeight = window.OutputHeight,
        OutputWidth = window.OutputWidth,
        Stride = stride,
    };
}
