using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace TuneGraph.Training;

/// <summary>
/// The vocabulary in which a model computes: all that layers, losses and optimizers ask of a device. Calls are virtual;
/// the loops behind them are not. Layers never look behind a pointer themselves, so that another device can stand
/// behind it.
/// </summary>
/// <remarks>
/// Values lie in rows whose length is a multiple of the panel width (<see cref="Panels{T}"/>), so that no loop has a
/// remainder. What fills up a row is finite in values, and 0 in gradients and parameters.
/// </remarks>
internal abstract unsafe class Kernels<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For the widest registers that this processor has in hardware, on the calling thread.</summary>
    public static Kernels<T> Best { get; } = On(ThreadTeam.Alone);

    /// <summary>The same on a team of threads; the bits are those of one.</summary>
    public static Kernels<T> On(ThreadTeam team) =>
        Vector512.IsHardwareAccelerated ? new VectorKernels<T, Vector512<T>, Lanes512<T>>(team)
        : Vector256.IsHardwareAccelerated ? new VectorKernels<T, Vector256<T>, Lanes256<T>>(team)
        : new VectorKernels<T, Vector128<T>, Lanes128<T>>(team);

    /// <summary>
    /// Whether one call over many samples beats a call a sample: where every call is a launch, and no cache waits.
    /// </summary>
    public abstract bool PrefersLargeCalls { get; }

    /// <summary>Threads of the host that share a call.</summary>
    public virtual int Threads => 1;

    /// <summary>Whether weights of products lie in <see cref="Panels{T}"/>; else they are row-major.</summary>
    public abstract bool KeepsPanels { get; }

    /// <summary>What values between layers and copies of weights are rounded to.</summary>
    public virtual Precision Precision => Precision.Float32;

    /// <summary>Elements of scratch memory that <see cref="Multiply(in Product{T}, T*)"/> needs.</summary>
    public abstract int ScratchLength { get; }

    // Memory: all that a pointer below points to was taken here.

    /// <summary>Takes an array of zeros.</summary>
    public abstract DeviceArray<TElement> Take<TElement>(long length)
        where TElement : unmanaged;

    /// <summary>
    /// Takes an array of zeros for values between layers or copies of weights, in the <see cref="Precision"/>; only
    /// kernels look at it.
    /// </summary>
    public virtual DeviceArray<T> TakeValues(long length) => Take<T>(length);

    /// <summary>Bytes of a number in such an array.</summary>
    public virtual int BytesOfValue => sizeof(T);

    /// <summary>Takes an array that the host writes before every pass.</summary>
    public abstract DeviceArray<TElement> TakeInput<TElement>(long length)
        where TElement : unmanaged;

    /// <summary>Copies values to the host; waits for them.</summary>
    public abstract void Read(T* source, Span<T> target);

    /// <summary>Waits until all is done that was asked.</summary>
    public abstract void Wait();

    public abstract void Dispose();

    // Products.
    public abstract void Multiply(in Product<T> product, T* scratch);

    /// <summary>The same for many products of one shape.</summary>
    public abstract void Multiply(in Product<T> product, in Repeats repeats, T* scratch);
    public abstract void Multiply(in DotProduct<T> product);
    public abstract void Multiply(in DotProduct<T> product, in Repeats repeats);

    /// <summary>
    /// C = A B with a row-major B of as many rows as the depth, which may first be packed into the temporary room.
    /// </summary>
    public abstract void MultiplyRows(in Product<T> product, T* temporary, T* scratch);

    /// <summary>
    /// C = A Wᵀ, where the product's B is W [rows of W, depth], laid out as weights are; what C has in columns past
    /// the rows of W becomes 0. W may first be transposed into the temporary room.
    /// </summary>
    public abstract void MultiplyTransposed(in Product<T> product, int rowsOfW, T* temporary, T* scratch);

    // Element by element.
    public abstract void Copy(T* source, T* target, nint count);
    public abstract void Clear(T* target, nint count);
    public abstract void Add(T* target, T* source, nint count);
    public abstract void Multiply(T* target, T* factors, nint count);
    public abstract void Square(T* source, T* target, nint count);

    /// <summary>target -= factors * values.</summary>
    public abstract void SubtractProduct(T* target, T* factors, T* values, nint count);
    public abstract void Relu(T* z, nint count);
    public abstract void Tanh(T* z, T* derivative, nint count);
    public abstract void Gelu(T* z, T* derivative, nint count);
    public abstract void Sigmoid(T* z, T* derivative, nint count);
    public abstract void Silu(T* z, T* derivative, nint count);
    public abstract void MaskRelu(T* gradient, T* output, T scale, nint count);

    /// <summary>What units are multiplied by: 0 where the mask drops them.</summary>
    public abstract void Dropout(
        in DropoutMask mask, int layer, double probability, int samples, int planes, int size, int stride, T* factors);

    // Rows and columns.
    public abstract void ColumnSums(T* source, int rows, int columns, T* sums);
    public abstract void AddToRows(T* target, T* source, int rows, int columns);

    /// <summary>Copies rows of a width between places.</summary>
    public abstract void CopyRows(T* source, RowPlaces from, T* target, RowPlaces to, int samples, int rows, int width);

    // Images.

    /// <summary>Unfolds images that lie one after the other; so do their columns [depth, stride].</summary>
    public abstract void Unfold(T* images, int count, in Window window, T* columns, nint stride);

    /// <summary>The way back: images become the sums of what was taken from each of their places.</summary>
    public abstract void Fold(T* columns, nint stride, int count, in Window window, T* images);
    /// <summary>
    /// Unfolds images and multiplies by what they have become; the product is that of the first, and its B the room for
    /// the columns: of as many images as there are <see cref="Threads"/>, or where large calls are preferred, of all.
    /// </summary>
    public virtual void Convolve(in Images<T> images, in Product<T> product, T* scratch)
    {
        if (PrefersLargeCalls)
        {
            Unfold(images.Values, images.Count, images.Window, product.B, images.ColumnStride);
            Multiply(product, new Repeats(images.Count, 1)
            {
                StepB = (images.ColumnLength, 0),
                StepC = (images.OutputStep, 0),
            }, scratch);
            return;
        }
        for (var i = 0; i < images.Count; i++)
        {
            Unfold(images.Values + (i * images.Length), 1, images.Window, product.B, images.ColumnStride);
            Multiply(product with { C = product.C + (i * images.OutputStep) }, scratch);
        }
    }

    /// <summary>The way back: the products, whose C is the room for the columns, are folded to images.</summary>
    public virtual void ConvolveBack(in Product<T> product, in Images<T> images, T* scratch)
    {
        if (PrefersLargeCalls)
        {
            Multiply(product, new Repeats(images.Count, 1)
            {
                StepB = (images.OutputStep, 0),
                StepC = (images.ColumnLength, 0),
            }, scratch);
            Fold(product.C, images.ColumnStride, images.Count, images.Window, images.Values);
            return;
        }
        for (var i = 0; i < images.Count; i++)
        {
            Multiply(product with { B = product.B + (i * images.OutputStep) }, scratch);
            Fold(product.C, images.ColumnStride, 1, images.Window, images.Values + (i * images.Length));
        }
    }

    public abstract void PlaneSums(T* source, int samples, int channels, int planeStride, T* sums);
    public abstract void MaxPool(T* source, int planes, in Window window, T* target, int targetStride, int* places);
    public abstract void MaxPoolGradient(
        T* gradient, int gradientStride, int* places, int planes, in Window window, T* target);
    public abstract void MeanPool(T* source, int planes, in Window window, T* target, int targetStride);
    public abstract void MeanPoolGradient(T* gradient, int gradientStride, int planes, in Window window, T* target);

    // Normalisation.
    public abstract void ChannelSums(T* a, in ChannelView view, double* sums);
    public abstract void ChannelCenteredSums(T* x, T* mean, T* b, in ChannelView view, double* sums);
    public abstract void ChannelAffine(T* x, T* mean, T* scale, T* shift, in ChannelView view, T* y);
    public abstract void ChannelCombine(T* gradient, T* x, T* mean, T* a, T* b, T* shift, in ChannelView view);

    /// <summary>means = sums / count.</summary>
    public abstract void ChannelMeans(double* sums, double count, int channels, T* means);

    /// <summary>
    /// From the sums of squares around the means: factors = 1 / √(variance + ε), scales = factors γ, and the running
    /// mean and (unbiased) variance move towards those of the batch by the momentum.
    /// </summary>
    public abstract void ChannelFactors(double* squares, double count, in ChannelNorm<T> norm, double momentum);

    /// <summary>Means and scales = γ / √(variance + ε) from the running ones.</summary>
    public abstract void ChannelRunning(in ChannelNorm<T> norm);

    /// <summary>β's gradient = sums; γ's gradient = products factors.</summary>
    public abstract void ChannelParameterGradients(
        double* sums, double* products, T* factors, int channels, T* gammaGradient, T* betaGradient);

    /// <summary>
    /// What <see cref="ChannelCombine"/> takes: scales = γ factors, slopes = -scales factors² products / count, and
    /// factors become -scales sums / count.
    /// </summary>
    public abstract void ChannelSlopes(
        double* sums, double* products, double count, in ChannelNorm<T> norm, T* slopes);
    public abstract void LayerNorm(
        T* x, int rows, int width, int stride, T* gamma, T* beta, double epsilon, T* y, T* moments);
    public abstract void LayerNormGradient(
        T* gradient, T* x, int rows, int width, int stride, T* gamma, T* moments, T* gammaGradient, T* betaGradient);

    // Tokens, attention and factors.
    public abstract void Gather(
        T* features, int samples, int featureStride, int tokens, T* table, int count, int stride, T* target);
    public abstract void ScatterAdd(
        T* features, int samples, int featureStride, int tokens, T* gradient, int count, int stride, T* table);
    public abstract void Spread(
        T* features, int samples, int featureStride, int tokens, T* weights, T* biases, int stride, T* target);
    public abstract void SpreadGradient(
        T* features, int samples, int featureStride, int tokens, T* gradient, T* weights, int stride,
        T* weightGradient, T* biasGradient, T* featureGradient);
    public abstract void TokenMean(T* source, int samples, int tokens, int stride, T* target);
    public abstract void TokenMeanGradient(T* gradient, int samples, int tokens, int stride, T* target);
    public abstract void SoftmaxGradient(T* gradient, T* probabilities, int rows, int stride, int count, T scale);
    public abstract void Pairs(
        T* sums, T* squares, int rows, int stride, int groups, int groupStride, T* outputs, int outputStride);
    public abstract void PairsGradient(
        T* gradient, int gradientStride, int rows, int stride, int groups, int groupStride, T* sums, T* squares);

    /// <summary>halves[row] = half the sum of the squares of a row of so many elements.</summary>
    public abstract void HalfSquares(T* values, int rows, int stride, T* halves);

    /// <summary>
    /// Each row becomes 1 where score - offset is largest among the first columns (of equal ones the first), else 0.
    /// </summary>
    public abstract void MarkLargest(T* scores, T* offsets, int rows, int stride, int columns);

    // Losses: each adds the rows' losses to tally[0] and the rows classified right to tally[1].

    /// <summary>Logits become probabilities; without labels, nothing is added up.</summary>
    public abstract void Softmax(T* logits, int rows, int stride, int classes, int* labels, double* tally);

    /// <summary>Square matrices whose row i becomes the softmax of its first i + 1 values, and 0 after them.</summary>
    public abstract void CausalSoftmax(T* logits, int matrices, int size, int stride);
    public abstract void CrossEntropyGradient(T* probabilities, int rows, int stride, int* labels, T scale);
    public abstract void SquaredError(T* outputs, int rows, int stride, float* targets, T scale, double* tally);
    public abstract void AbsoluteError(T* outputs, int rows, int stride, float* targets, T scale, double* tally);
    public abstract void Huber(T* outputs, int rows, int stride, float* targets, T delta, T scale, double* tally);
    public abstract void BinaryCrossEntropy(T* logits, int rows, int stride, int* labels, T scale, double* tally);

    // Gradients and optimizers.

    /// <summary>Scales a gradient whose Euclidean norm is larger than the limit down to it.</summary>
    public abstract void ClipNorm(T* gradient, nint count, double limit);
    public abstract void Clamp(T* values, T limit, nint count);
    public abstract void Scale(T* values, T factor, nint count);

    /// <summary>Waits for its result, and so for all work before it.</summary>
    public abstract double SumOfSquares(T* values, nint count);
    public abstract void Sgd(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate);
    public abstract void Adagrad(T* w, T* g, T* s, nint count, OptimizerSpec spec, double rate);
    public abstract void RmsProp(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate);
    public abstract void Adam(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, double rate, long step);

    /// <summary>Overwrites g; treats each tensor by itself.</summary>
    public abstract void Lamb(
        T* w, T* g, T* m, T* v, nint count, ImmutableArray<ArenaRange> tensors, OptimizerSpec spec, double rate,
        long step);

    /// <summary>Updates the state; leaves LAMB's direction in g.</summary>
    public abstract void LambDirection(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, long step);
    public abstract void Lion(T* w, T* g, T* m, nint count, OptimizerSpec spec, double rate);
}
