namespace TuneGraph.Training;

/// <summary>Launches what embeddings, feature tokens and attention need.</summary>
internal sealed unsafe class GpuTokens(GpuSession owner)
{
    public void Gather(
        float* features, int samples, int featureStride, int tokens, float* table, int count, int stride,
        float* target, int* fault) => owner.Each(
        owner.Code.Gather, (long)samples * tokens * stride, Of(samples, featureStride, tokens, stride) with
        {
            Features = owner.View(features, (long)samples * featureStride),
            Sequence = owner.View(target, (long)samples * tokens * stride),
            Table = owner.View(table, (long)count * stride),
            Fault = owner.View(fault, 1),
            Entries = count,
        });

    public void ScatterAdd(
        float* features, int samples, int featureStride, int tokens, float* gradient, int count, int stride,
        float* table)
    {
        owner.Clear(table, count * (nint)stride);
        owner.EachGroup(
            owner.Code.ScatterAdd, (long)samples * tokens, Of(samples, featureStride, tokens, stride) with
            {
                Features = owner.View(features, (long)samples * featureStride),
                Sequence = owner.View(gradient, (long)samples * tokens * stride),
                Table = owner.View(table, (long)count * stride),
                Entries = count,
            }, stride);
    }

    public void Spread(
        float* features, int samples, int featureStride, int tokens, float* weights, float* biases, int stride,
        float* target) => owner.Each(
        owner.Code.Spread, (long)samples * tokens * stride, Of(samples, featureStride, tokens, stride) with
        {
            Features = owner.View(features, (long)samples * featureStride),
            Sequence = owner.View(target, (long)samples * tokens * stride),
            Table = owner.View(weights, (long)tokens * stride),
            Biases = owner.View(biases, (long)tokens * stride),
        });

    public void SpreadGradient(
        float* features, int samples, int featureStride, int tokens, float* gradient, float* weights, int stride,
        float* weightGradient, float* biasGradient, float* featureGradient)
    {
        var arguments = Of(samples, featureStride, tokens, stride) with
        {
            Features = owner.View(features, (long)samples * featureStride),
            Sequence = owner.View(gradient, (long)samples * tokens * stride),
            Table = owner.View(weightGradient, (long)tokens * stride),
            Biases = owner.View(biasGradient, (long)tokens * stride),
        };
        owner.Each(owner.Code.SpreadGradient, (long)tokens * stride, arguments);
        if (featureGradient == null)
            return;
        owner.EachGroup(owner.Code.SpreadFeatureGradient, (long)samples * tokens, arguments with
        {
            Table = owner.View(weights, (long)tokens * stride),
            FeatureGradient = owner.View(featureGradient, (long)samples * featureStride),
        }, stride);
    }

    /// <summary>Means, or their gradients: [samples, stride] on one side, [samples, tokens, stride] on the other.</summary>
    public void Mean(
        GpuKernel<TokenArguments> kernel, long threads, float* means, float* sequence, int samples, int tokens,
        int stride) => owner.Each(kernel, threads, Of(samples, stride, tokens, stride) with
        {
            Features = owner.View(means, (long)samples * stride),
            Sequence = owner.View(sequence, (long)samples * tokens * stride),
            Scale = 1f / tokens,
        });

    public void SoftmaxGradient(
        float* gradient, float* probabilities, int rows, int stride, int count, float scale) => owner.EachGroup(
        owner.Code.SoftmaxGradient, rows, Of(rows, 0, 1, stride) with
        {
            Sequence = owner.View(gradient, (long)rows * stride),
            Table = owner.View(probabilities, (long)rows * stride),
            Entries = count,
            Scale = scale,
        }, stride);

    public void HalfSquares(float* values, int rows, int stride, float* halves) => owner.EachGroup(
        owner.Code.HalfSquares, rows, Of(rows, 0, 1, stride) with
        {
            Table = owner.View(values, (long)rows * stride),
            Biases = owner.View(halves, rows),
        }, stride);

    public void MarkLargest(float* scores, float* offsets, int rows, int stride, int columns) => owner.Each(
        owner.Code.MarkLargest, rows, Of(rows, 0, 1, stride) with
        {
            Sequence = owner.View(scores, (long)rows * stride),
            Biases = owner.View(offsets, columns),
            Entries = columns,
        });

    private TokenArguments Of(int samples, int featureStride, int tokens, int stride)
    {
        var nothing = owner.Nothing;
        return new TokenArguments
        {
            Features = nothing,
            Sequence = nothing,
            Table = nothing,
            Biases = nothing,
            FeatureGradient = nothing,
            Fault = nothing.Cast<int>(),
            Samples = samples,
            FeatureStride = featureStride,
            Tokens = tokens,
            Stride = stride,
        };
    }
}
