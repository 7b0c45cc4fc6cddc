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
internal abstract unsafe class Kernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For the widest registers that this processor has in hardware, on the calling thread.</summary>
    public static Kernels<T> Best { get; } = On(ThreadTeam.Alone);

    /// <summary>The same on a team of threads; the bits are those of one.</summary>
    public static Kernels<T> On(ThreadTeam team) =>
        Vector512.IsHardwareAccelerated ? new VectorKernels<T, Vector512<T>, Lanes512<T>>(team)
        : Vector256.IsHardwareAccelerated ? new VectorKernels<T, Vector256<T>, Lanes256<T>>(team)
        : new VectorKernels<T, Vector128<T>, Lanes128<T>>(team);

    /// <summary>Elements of scratch memory that <see cref="Multiply(in Product{T}, T*)"/> needs.</summary>
    public abstract int ScratchLength { get; }

    // Products.
    public abstract void Multiply(in Product<T> product, T* scratch);
    public abstract void Multiply(in DotProduct<T> product);

    /// <summary>
    /// C = A B with a row-major B of as many rows as the depth, which may first be packed into the temporary room.
    /// </summary>
    public abstract void MultiplyRows(in Product<T> product, T* temporary, T* scratch);

    /// <summary>
    /// C = A Wᵀ, where the product's B is W [rows of W, depth], laid out as weights are; what C has in columns past
    /// the rows of W becomes 0. W may first be transposed into the temporary room.
    /// </summary>
    public abstract void MultiplyTransposed(in Product<T> product, int rowsOfW, T* temporary, T* scratch);

    // Distances, for k-means.

    /// <summary>norms[row] = Σ source[row]²; width a multiple of the panel width.</summary>
    public abstract void RowNorms(T* source, nint rowStride, int rows, int width, T* norms);

    /// <summary>
    /// C = max(0, rowNorms + columnNorms - 2 A B): the squared distances between A's rows, the points, and B's columns,
    /// the centres, given the squares of their lengths. C must be row-major; biases and ReLU are not looked at. Exact
    /// to rounding of the norms, so that points far from the origin should be moved there first.
    /// </summary>
    public abstract void Distances(in Product<T> product, T* rowNorms, T* columnNorms, T* scratch);

    /// <summary>The first smallest of the first <paramref name="count"/> columns of each row, and its value.</summary>
    public abstract void Nearest(T* distances, nint rowStride, int rows, int count, int* places, T* smallest);

    // Element by element.
    public abstract void Copy(T* source, T* target, nint count);
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

    // Rows and columns.
    public abstract void ColumnSums(T* source, int rows, int columns, T* sums);
    public abstract void AddToRows(T* target, T* source, int rows, int columns);
    public abstract void CopyRows(T* source, nint sourceStride, T* target, nint targetStride, long rows, int width);

    // Images.
    public abstract void Unfold(T* image, in Window window, T* columns, nint stride);
    public abstract void Fold(T* columns, nint stride, in Window window, T* image);
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

    // Losses.
    public abstract (double Loss, int Correct) Softmax(T* logits, int rows, int stride, int classes, int* labels);
    public abstract void CrossEntropyGradient(T* probabilities, int rows, int stride, int* labels, T scale);
    public abstract double SquaredError(T* outputs, int rows, int stride, float* targets, T scale);
    public abstract double AbsoluteError(T* outputs, int rows, int stride, float* targets, T scale);
    public abstract double Huber(T* outputs, int rows, int stride, float* targets, T delta, T scale);
    public abstract (double Loss, int Correct) BinaryCrossEntropy(
        T* logits, int rows, int stride, int* labels, T scale);

    // Gradients and optimizers.
    public abstract double SumOfSquares(T* values, nint count);
    public abstract void Scale(T* values, T factor, nint count);
    public abstract void Clamp(T* values, T limit, nint count);
    public abstract void Sgd(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate);
    public abstract void Adagrad(T* w, T* g, T* s, nint count, OptimizerSpec spec, double rate);
    public abstract void RmsProp(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate);
    public abstract void Adam(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, double rate, long step);

    /// <summary>Updates the state; leaves LAMB's direction in g.</summary>
    public abstract void LambDirection(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, long step);
    public abstract void Lion(T* w, T* g, T* m, nint count, OptimizerSpec spec, double rate);
}
