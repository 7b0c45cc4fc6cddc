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
            Means = owner.View(mean, view.Channels),
            Sums = owner.View(sums, view.Channels),
        }, view.Samples * view.Size);

    public void Affine(float* x, float* mean, float* scale, float* shift, in ChannelView view, float* y) =>
        owner.Each(owner.Code.ChannelAffine, (long)view.Samples * view.Size * view.Channels, Of(view) with
        {
            Values = owner.View(x, Length(view)),
            Other = owner.View(y, Length(view)),
            Means = owner.View(mean, view.Channels),
            Scales = owner.View(scale, view.Channels),
            Shifts = owner.View(shift, view.Channels),
        });

    public void Combine(
        float* gradient, float* x, float* mean, float* a, float* b, float* shift, in ChannelView view) =>
        owner.Each(owner.Code.ChannelCombine, (long)view.Samples * view.Size * view.Channels, Of(view) with
        {
            Values = owner.View(x, Length(view)),
            Other = owner.View(gradient, Length(view)),
            Means = owner.View(mean, view.Channels),
            Scales = owner.View(a, view.Channels),
            Slopes = owner.View(b, view.Channels),
            Shifts = owner.View(shift, view.Channels),
        });

    public void Means(double* sums, double count, int channels, float* means) =>
        owner.Each(owner.Code.ChannelMeans, channels, None() with
        {
            Sums = owner.View(sums, channels),
            Means = owner.View(means, channels),
            Channels = channels,
            Count = count,
        });

    public void ParameterGradients(
        double* sums, double* products, float* factors, int channels, float* gammaGradient, float* betaGradient) =>
        owner.Each(owner.Code.ChannelParameterGradients, channels, None() with
        {
            Sums = owner.View(sums, channels),
            Products = owner.View(products, channels),
            Factors = owner.View(factors, channels),
            Slopes = owner.View(gammaGradient, channels),
            Shifts = owner.View(betaGradient, channels),
            Channels = channels,
        });

    /// <summary>A kernel of a few numbers per channel.</summary>
    public void Launch(
        GpuKernel<ChannelArguments> kernel, in ChannelNorm<float> norm, double* sums, double* products, double count,
        double momentum, float* slopes) => owner.Each(kernel, norm.Channels, None() with
        {
            Means = owner.View(norm.Means, norm.Channels),
            Factors = owner.View(norm.Factors, norm.Channels),
            Scales = owner.View(norm.Scales, norm.Channels),
            Gamma = owner.View(norm.Gamma, norm.Channels),
            RunningMean = owner.View(norm.RunningMean, norm.Channels),
            RunningVariance = owner.View(norm.RunningVariance, norm.Channels),
            Slopes = slopes == null ? owner.Nothing : owner.View(slopes, norm.Channels),
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
            Gamma = owner.View(gamma, stride),
            Beta = owner.View(beta, stride),
            Moments = owner.View(moments, 2L * rows),
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
            Gamma = owner.View(gammaGradient, stride),
            Beta = owner.View(betaGradient, stride),
            Moments = owner.View(moments, 2L * rows),
            Rows = rows,
            Width = width,
            Stride = stride,
        };
        owner.EachColumns(owner.Code.RowParameterGradients, stride, arguments);
        owner.EachGroup(owner.Code.RowGradient, rows, arguments with { Gamma = owner.View(gamma, stride) }, width);
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
