namespace TuneGraph.Training;

/// <summary>Launches batch and layer normalisation.</summary>
internal sealed unsafe class GpuNorms(GpuSession owner)
{
    public void Sums(float* a, in ChannelView view, double* sums) =>
        owner.EachGroup(owner.Code.ChannelSums, view.Channels, Of(view) with
        {
            Values = owner.View(a, Length(view)),
            Sums = owner.View(sums, view.Channels),
        }, view.Samples * view.Size);

    public void CenteredSums(float* x, float* mean, float* b, in ChannelView view, double* sums) =>
        owner.EachGroup(owner.Code.ChannelCenteredSums, view.Channels, Of(view) with
        {
            Values = owner.View(x, Length(view)),
            Other = b == null ? owner.Nothing : owner.View(b, Length(view)),
            HasOther = b == null ? 0 : 1,
            Means = owner.Exact(mean, view.Channels),
            Sums = owner.View(sums, view.Channels),
        }, view.Samples * view.Size);

    public void Affine(float* x, float* mean, float* scale, float* shift, in ChannelView view, float* y) =>
        owner.Each(owner.Code.ChannelAffine, (long)view.Samples * view.Size * view.Channels, Of(view) with
        {
            Values = owner.View(x, Length(view)),
            Other = owner.View(y, Length(view)),
            Means = owner.Exact(mean, view.Channels),
            Scales = owner.Exact(scale, view.Channels),
            Shifts = owner.Exact(shift, view.Channels),
        });

    public void Combine(
        float* gradient, float* x, float* mean, float* a, float* b, float* shift, in ChannelView view) =>
        owner.Each(owner.Code.ChannelCombine, (long)view.Samples * view.Size * view.Channels, Of(view) with
        {
            Values = owner.View(x, Length(view)),
            Other = owner.View(gradient, Length(view)),
            Means = owner.Exact(mean, view.Channels),
            Scales = owner.Exact(a, view.Channels),
            Slopes = owner.Exact(b, view.Channels),
            Shifts = owner.Exact(shift, view.Channels),
        });

    public void Means(double* sums, double count, int channels, float* means) =>
        owner.Each(owner.Code.ChannelMeans, channels, None() with
        {
            Sums = owner.View(sums, channels),
            Means = owner.Exact(means, channels),
            Channels = channels,
            Count = count,
        });

    public void ParameterGradients(
        double* sums, double* products, float* factors, int channels, float* gammaGradient, float* betaGradient) =>
        owner.Each(owner.Code.ChannelParameterGradients, channels, None() with
        {
            Sums = owner.View(sums, channels),
            Products = owner.View(products, channels),
            Factors = owner.Exact(factors, channels),
            Slopes = owner.Exact(gammaGradient, channels),
            Shifts = owner.Exact(betaGradient, channels),
            Channels = channels,
        });

    /// <summary>A kernel of a few numbers per channel.</summary>
    public void Launch(
        GpuKernel<ChannelArguments> kernel, in ChannelNorm<float> norm, double* sums, double* products, double count,
        double momentum, float* slopes) => owner.Each(kernel, norm.Channels, None() with
        {
            Means = owner.Exact(norm.Means, norm.Channels),
            Factors = owner.Exact(norm.Factors, norm.Channels),
            Scales = owner.Exact(norm.Scales, norm.Channels),
            Gamma = owner.Exact(norm.Gamma, norm.Channels),
            RunningMean = owner.Exact(norm.RunningMean, norm.Channels),
            RunningVariance = owner.Exact(norm.RunningVariance, norm.Channels),
            Slopes = slopes == null ? owner.Nothing : owner.Exact(slopes, norm.Channels),
            Sums = sums == null ? owner.Nothing.Cast<double>() : owner.View(sums, norm.Channels),
            Products = products == null ? owner.Nothing.Cast<double>() : owner.View(products, norm.Channels),
            Channels = norm.Channels,
            Count = count,
            Epsilon = norm.Epsilon,
            Momentum = momentum,
        });

    public void Rows(
        float* x, int rows, int width, int stride, float* gamma, float* beta, double epsilon, float* y,
        float* moments) => owner.EachGroup(owner.Code.RowNorm, rows, new RowNormArguments
        {
            Values = owner.View(x, (long)rows * stride),
            Other = owner.View(y, (long)rows * stride),
            Gamma = owner.Exact(gamma, stride),
            Beta = owner.Exact(beta, stride),
            Moments = owner.Exact(moments, 2L * rows),
            Rows = rows,
            Width = width,
            Stride = stride,
            Epsilon = (float)epsilon,
        }, width);

    public void RowsGradient(
        float* gradient, float* x, int rows, int width, int stride, float* gamma, float* moments,
        float* gammaGradient, float* betaGradient)
    {
        var arguments = new RowNormArguments
        {
            Values = owner.View(x, (long)rows * stride),
            Other = owner.View(gradient, (long)rows * stride),
            Gamma = owner.Exact(gammaGradient, stride),
            Beta = owner.Exact(betaGradient, stride),
            Moments = owner.Exact(moments, 2L * rows),
            Rows = rows,
            Width = width,
            Stride = stride,
        };
        owner.EachColumns(owner.Code.RowParameterGradients, stride, arguments);
        owner.EachGroup(owner.Code.RowGradient, rows, arguments with { Gamma = owner.Exact(gamma, stride) }, width);
    }

    private static long Length(in ChannelView view) =>
        (long)view.Samples * view.Stride * (view.IsColumns ? 1 : view.Channels);

    private ChannelArguments Of(in ChannelView view) => None() with
    {
        Samples = view.Samples,
        Channels = view.Channels,
        Size = view.Size,
        Stride = view.Stride,
        IsColumns = view.IsColumns ? 1 : 0,
    };

    private ChannelArguments None()
    {
        var nothing = owner.Nothing;
        return new ChannelArguments
        {
            Values = nothing,
            Other = nothing,
            Means = nothing,
            Factors = nothing,
            Scales = nothing,
            Shifts = nothing,
            Slopes = nothing,
            Gamma = nothing,
            RunningMean = nothing,
            RunningVariance = nothing,
            Sums = nothing.Cast<double>(),
            Products = nothing.Cast<double>(),
        };
    }
}
