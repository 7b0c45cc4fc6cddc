using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The kernels for registers <typeparamref name="V"/>.</summary>
/// <param name="team">
/// The threads that share products and updates. Which computes what changes no bit: an element of a result is the work
/// of one thread, in an order that its place alone decides.
/// </param>
internal sealed unsafe class VectorKernels<T, V, S>(ThreadTeam team) : Kernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    public override int ScratchLength => ProductKernel<T, V, S>.ScratchLength * team.Size;

    public override void Multiply(in Product<T> product, T* scratch) =>
        TeamProducts<T, V, S>.Multiply(team, product, scratch);

    public override void Multiply(in DotProduct<T> product) => TeamProducts<T, V, S>.Multiply(team, product);

    public override void MultiplyRows(in Product<T> product, T* temporary, T* scratch) =>
        TeamProducts<T, V, S>.MultiplyRows(team, product, temporary, scratch);

    public override void MultiplyTransposed(in Product<T> product, int rowsOfW, T* temporary, T* scratch) =>
        TeamProducts<T, V, S>.MultiplyTransposed(team, product, rowsOfW, temporary, scratch);

    public override void RowNorms(T* source, nint rowStride, int rows, int width, T* norms) =>
        DistanceKernels<T, V, S>.RowNorms(source, rowStride, rows, width, norms);

    public override void Distances(in Product<T> product, T* rowNorms, T* columnNorms, T* scratch) =>
        TeamProducts<T, V, S>.Distances(team, product, rowNorms, columnNorms, scratch);

    public override void Nearest(
        T* distances, nint rowStride, int rows, int count, int* places, T* smallest) =>
        DistanceKernels<T, V, S>.Nearest(distances, rowStride, rows, count, places, smallest);

    public override void Copy(T* source, T* target, nint count) =>
        Buffer.MemoryCopy(source, target, count * sizeof(T), count * sizeof(T));

    public override void Add(T* target, T* source, nint count) => ElementKernels<T, V, S>.Add(target, source, count);

    public override void Multiply(T* target, T* factors, nint count) =>
        ElementKernels<T, V, S>.Multiply(target, factors, count);

    public override void Square(T* source, T* target, nint count) =>
        ElementKernels<T, V, S>.Square(source, target, count);

    public override void SubtractProduct(T* target, T* factors, T* values, nint count) =>
        ElementKernels<T, V, S>.SubtractProduct(target, factors, values, count);

    public override void Relu(T* z, nint count) => ActivationKernels<T, V, S>.Relu(z, count);

    public override void Tanh(T* z, T* derivative, nint count) => ActivationKernels<T, V, S>.Tanh(z, derivative, count);

    public override void Gelu(T* z, T* derivative, nint count) => ActivationKernels<T, V, S>.Gelu(z, derivative, count);

    public override void Sigmoid(T* z, T* derivative, nint count) =>
        ActivationKernels<T, V, S>.Sigmoid(z, derivative, count);

    public override void Silu(T* z, T* derivative, nint count) => ActivationKernels<T, V, S>.Silu(z, derivative, count);

    public override void MaskRelu(T* gradient, T* output, T scale, nint count) =>
        ActivationKernels<T, V, S>.MaskRelu(gradient, output, scale, count);

    public override void ColumnSums(T* source, int rows, int columns, T* sums) =>
        ElementKernels<T, V, S>.ColumnSums(source, rows, columns, sums);

    public override void AddToRows(T* target, T* source, int rows, int columns)
    {
        for (var row = 0; row < rows; row++, target += columns)
            ElementKernels<T, V, S>.Add(target, source, columns);
    }

    public override void CopyRows(
        T* source, nint sourceStride, T* target, nint targetStride, long rows, int width) =>
        TokenKernels<T>.CopyRows(source, sourceStride, target, targetStride, rows, width);

    public override void Unfold(T* image, in Window window, T* columns, nint stride) =>
        ConvolutionKernels<T, V, S>.Unfold(image, window, columns, stride);

    public override void Fold(T* columns, nint stride, in Window window, T* image) =>
        ConvolutionKernels<T, V, S>.Fold(columns, stride, window, image);

    public override void PlaneSums(T* source, int samples, int channels, int planeStride, T* sums) =>
        ConvolutionKernels<T, V, S>.PlaneSums(source, samples, channels, planeStride, sums);

    public override void MaxPool(
        T* source, int planes, in Window window, T* target, int targetStride, int* places) =>
        PoolingKernels<T>.Max(source, planes, window, target, targetStride, places);

    public override void MaxPoolGradient(
        T* gradient, int gradientStride, int* places, int planes, in Window window, T* target) =>
        PoolingKernels<T>.MaxGradient(gradient, gradientStride, places, planes, window, target);

    public override void MeanPool(T* source, int planes, in Window window, T* target, int targetStride) =>
        PoolingKernels<T>.Mean(source, planes, window, target, targetStride);

    public override void MeanPoolGradient(
        T* gradient, int gradientStride, int planes, in Window window, T* target) =>
        PoolingKernels<T>.MeanGradient(gradient, gradientStride, planes, window, target);

    public override void ChannelSums(T* a, in ChannelView view, double* sums) =>
        ChannelKernels<T>.Sums(a, view, sums);

    public override void ChannelCenteredSums(T* x, T* mean, T* b, in ChannelView view, double* sums) =>
        ChannelKernels<T>.CenteredSums(x, mean, b, view, sums);

    public override void ChannelAffine(T* x, T* mean, T* scale, T* shift, in ChannelView view, T* y) =>
        ChannelKernels<T>.Affine(x, mean, scale, shift, view, y);

    public override void ChannelCombine(T* gradient, T* x, T* mean, T* a, T* b, T* shift, in ChannelView view) =>
        ChannelKernels<T>.Combine(gradient, x, mean, a, b, shift, view);

    public override void LayerNorm(
        T* x, int rows, int width, int stride, T* gamma, T* beta, double epsilon, T* y, T* moments) =>
        NormKernels<T, V, S>.Forward(x, rows, width, stride, gamma, beta, epsilon, y, moments);

    public override void LayerNormGradient(
        T* gradient, T* x, int rows, int width, int stride, T* gamma, T* moments, T* gammaGradient,
        T* betaGradient) => NormKernels<T, V, S>.Backward(
        gradient, x, rows, width, stride, gamma, moments, gammaGradient, betaGradient);

    public override void Gather(
        T* features, int samples, int featureStride, int tokens, T* table, int count, int stride, T* target) =>
        TokenKernels<T>.Gather(features, samples, featureStride, tokens, table, count, stride, target);

    public override void ScatterAdd(
        T* features, int samples, int featureStride, int tokens, T* gradient, int count, int stride, T* table) =>
        TokenKernels<T>.ScatterAdd(features, samples, featureStride, tokens, gradient, count, stride, table);

    public override void Spread(
        T* features, int samples, int featureStride, int tokens, T* weights, T* biases, int stride, T* target) =>
        TokenKernels<T>.Spread(features, samples, featureStride, tokens, weights, biases, stride, target);

    public override void SpreadGradient(
        T* features, int samples, int featureStride, int tokens, T* gradient, T* weights, int stride,
        T* weightGradient, T* biasGradient, T* featureGradient) => TokenKernels<T>.SpreadGradient(
        features, samples, featureStride, tokens, gradient, weights, stride, weightGradient, biasGradient,
        featureGradient);

    public override void TokenMean(T* source, int samples, int tokens, int stride, T* target) =>
        TokenKernels<T>.Mean(source, samples, tokens, stride, target);

    public override void TokenMeanGradient(T* gradient, int samples, int tokens, int stride, T* target) =>
        TokenKernels<T>.MeanGradient(gradient, samples, tokens, stride, target);

    public override void SoftmaxGradient(
        T* gradient, T* probabilities, int rows, int stride, int count, T scale) =>
        TokenKernels<T>.SoftmaxGradient(gradient, probabilities, rows, stride, count, scale);

    public override void Pairs(
        T* sums, T* squares, int rows, int stride, int groups, int groupStride, T* outputs, int outputStride) =>
        TokenKernels<T>.Pairs(sums, squares, rows, stride, groups, groupStride, outputs, outputStride);

    public override void PairsGradient(
        T* gradient, int gradientStride, int rows, int stride, int groups, int groupStride, T* sums, T* squares) =>
        TokenKernels<T>.PairsGradient(gradient, gradientStride, rows, stride, groups, groupStride, sums, squares);

    public override (double Loss, int Correct) Softmax(T* logits, int rows, int stride, int classes, int* labels) =>
        LossKernels<T, V, S>.Softmax(logits, rows, stride, classes, labels);

    public override void CrossEntropyGradient(T* probabilities, int rows, int stride, int* labels, T scale) =>
        LossKernels<T, V, S>.CrossEntropyGradient(probabilities, rows, stride, labels, scale);

    public override double SquaredError(T* outputs, int rows, int stride, float* targets, T scale) =>
        ErrorKernels<T>.Squared(outputs, rows, stride, targets, scale);

    public override double AbsoluteError(T* outputs, int rows, int stride, float* targets, T scale) =>
        ErrorKernels<T>.Absolute(outputs, rows, stride, targets, scale);

    public override double Huber(T* outputs, int rows, int stride, float* targets, T delta, T scale) =>
        ErrorKernels<T>.Huber(outputs, rows, stride, targets, delta, scale);

    public override (double Loss, int Correct) BinaryCrossEntropy(
        T* logits, int rows, int stride, int* labels, T scale) =>
        ErrorKernels<T>.BinaryCrossEntropy(logits, rows, stride, labels, scale);

    public override double SumOfSquares(T* values, nint count) => ElementKernels<T, V, S>.SumOfSquares(values, count);

    public override void Scale(T* values, T factor, nint count) =>
        ElementKernels<T, V, S>.Scale(values, factor, count);

    public override void Clamp(T* values, T limit, nint count) => ElementKernels<T, V, S>.Clamp(values, limit, count);

    public override void Sgd(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.Sgd, w, g, v, null, count, spec, rate, 0);

    public override void Adagrad(T* w, T* g, T* s, nint count, OptimizerSpec spec, double rate) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.Adagrad, w, g, s, null, count, spec, rate, 0);

    public override void RmsProp(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.RmsProp, w, g, v, null, count, spec, rate, 0);

    public override void Adam(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, double rate, long step) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.Adam, w, g, m, v, count, spec, rate, step);

    public override void LambDirection(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, long step) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.Lamb, w, g, m, v, count, spec, 0, step);

    public override void Lion(T* w, T* g, T* m, nint count, OptimizerSpec spec, double rate) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.Lion, w, g, m, null, count, spec, rate, 0);
}
