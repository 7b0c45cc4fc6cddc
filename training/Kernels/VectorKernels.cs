using System.Collections.Immutable;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The kernels for registers <typeparamref name="V"/>.</summary>
/// <param name="team">
/// The threads that share products, images, norms and updates. Which computes what changes no bit: an element of a
/// result is the work of one thread, in an order that its place alone decides.
/// </param>
internal sealed unsafe class VectorKernels<T, V, S>(ThreadTeam team) : Kernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    public override bool PrefersLargeCalls => false;

    public override bool KeepsPanels => true;

    public override int Threads => team.Size;

    public override int ScratchLength => ProductKernel<T, V, S>.ScratchLength * team.Size;

    public override void Multiply(in Product<T> product, T* scratch) =>
        TeamProducts<T, V, S>.Multiply(team, product, scratch);

    public override void Multiply(in Product<T> product, in Repeats repeats, T* scratch) =>
        TeamProducts<T, V, S>.Multiply(team, product, repeats, scratch);

    public override void Multiply(in DotProduct<T> product) => TeamProducts<T, V, S>.Multiply(team, product);

    public override void Multiply(in DotProduct<T> product, in Repeats repeats) =>
        TeamProducts<T, V, S>.Multiply(team, product, repeats);

    public override void MultiplyRows(in Product<T> product, T* temporary, T* scratch) =>
        TeamProducts<T, V, S>.MultiplyRows(team, product, temporary, scratch);

    public override void MultiplyTransposed(in Product<T> product, int rowsOfW, T* temporary, T* scratch) =>
        TeamProducts<T, V, S>.MultiplyTransposed(team, product, rowsOfW, temporary, scratch);

    public override DeviceArray<TElement> Take<TElement>(long length) => new NativeArray<TElement>(length);

    public override DeviceArray<TElement> TakeInput<TElement>(long length) => new NativeArray<TElement>(length);

    public override void Read(T* source, Span<T> target) => new ReadOnlySpan<T>(source, target.Length).CopyTo(target);

    public override void Wait()
    {
    }

    public override void Dispose()
    {
    }

    public override void Copy(T* source, T* target, nint count) =>
        Buffer.MemoryCopy(source, target, count * sizeof(T), count * sizeof(T));

    public override void Clear(T* target, nint count)
    {
        for (; count > 0; count -= int.MaxValue, target += int.MaxValue)
            new Span<T>(target, (int)nint.Min(count, int.MaxValue)).Clear();
    }

    public override void Add(T* target, T* source, nint count) => ElementKernels<T, V, S>.Add(target, source, count);

    public override void Multiply(T* target, T* factors, nint count) =>
        ElementKernels<T, V, S>.Multiply(target, factors, count);

    public override void Square(T* source, T* target, nint count) =>
        ElementKernels<T, V, S>.Square(source, target, count);

    public override void SubtractProduct(T* target, T* factors, T* values, nint count) =>
        ElementKernels<T, V, S>.SubtractProduct(target, factors, values, count);

    public override void Relu(T* z, nint count) => Activate(Activation.Relu, z, null, count);

    public override void Tanh(T* z, T* derivative, nint count) => Activate(Activation.Tanh, z, derivative, count);

    public override void Gelu(T* z, T* derivative, nint count) => Activate(Activation.Gelu, z, derivative, count);

    public override void Sigmoid(T* z, T* derivative, nint count) => Activate(Activation.Sigmoid, z, derivative, count);

    public override void Silu(T* z, T* derivative, nint count) => Activate(Activation.Silu, z, derivative, count);

    public override void MaskRelu(T* gradient, T* output, T scale, nint count) =>
        ActivationKernels<T, V, S>.MaskRelu(gradient, output, scale, count);

    public override void Dropout(
        in DropoutMask mask, int layer, double probability, int samples, int planes, int size, int stride, T* factors)
    {
        for (var sample = 0; sample < samples; sample++)
        {
            for (var plane = 0; plane < planes; plane++, factors += stride)
                mask.Fill(layer, sample, plane, size, probability, new Span<T>(factors, stride));
        }
    }

    public override void ColumnSums(T* source, int rows, int columns, T* sums) =>
        ElementKernels<T, V, S>.ColumnSums(source, rows, columns, sums);

    public override void AddToRows(T* target, T* source, int rows, int columns)
    {
        for (var row = 0; row < rows; row++, target += columns)
            ElementKernels<T, V, S>.Add(target, source, columns);
    }

    public override void CopyRows(
        T* source, RowPlaces from, T* target, RowPlaces to, int samples, int rows, int width)
    {
        for (var sample = 0; sample < samples; sample++, source += from.Sample, target += to.Sample)
            TokenKernels<T, V, S>.CopyRows(source, from.Row, target, to.Row, rows, width);
    }

    public override void Unfold(T* images, int count, in Window window, T* columns, nint stride) =>
        OnImages(ImageStep.Unfold, images, count, window, columns, stride);

    public override void Fold(T* columns, nint stride, int count, in Window window, T* images) =>
        OnImages(ImageStep.Fold, images, count, window, columns, stride);

    public override void Convolve(in Images<T> images, in Product<T> product, T* scratch) =>
        ConvolutionWork<T, V, S>.Run(team, new ConvolutionWork<T, V, S>
        {
            Product = product,
            Images = images,
            Scratch = scratch,
            IsBackward = false,
        });

    public override void ConvolveBack(in Product<T> product, in Images<T> images, T* scratch) =>
        ConvolutionWork<T, V, S>.Run(team, new ConvolutionWork<T, V, S>
        {
            Product = product,
            Images = images,
            Scratch = scratch,
            IsBackward = true,
        });

    public override void PlaneSums(T* source, int samples, int channels, int planeStride, T* sums) =>
        OnImages(ImageStep.PlaneSums, source, samples, new Window(channels, 1, 1, planeStride, 1, 1, 0), sums, 0);

    public override void MaxPool(
        T* source, int planes, in Window window, T* target, int targetStride, int* places) =>
        OnImages(ImageStep.MaxPool, source, planes, window, target, targetStride, places);

    public override void MaxPoolGradient(
        T* gradient, int gradientStride, int* places, int planes, in Window window, T* target) =>
        OnImages(ImageStep.MaxPoolGradient, target, planes, window, gradient, gradientStride, places);

    public override void MeanPool(T* source, int planes, in Window window, T* target, int targetStride) =>
        OnImages(ImageStep.MeanPool, source, planes, window, target, targetStride);

    public override void MeanPoolGradient(
        T* gradient, int gradientStride, int planes, in Window window, T* target) =>
        OnImages(ImageStep.MeanPoolGradient, target, planes, window, gradient, gradientStride);

    public override void ChannelSums(T* a, in ChannelView view, double* sums) =>
        NormWork<T, V, S>.Sums(team, a, null, null, view, sums);

    public override void ChannelCenteredSums(T* x, T* mean, T* b, in ChannelView view, double* sums) =>
        NormWork<T, V, S>.Sums(team, x, mean, b, view, sums);

    public override void ChannelAffine(T* x, T* mean, T* scale, T* shift, in ChannelView view, T* y) =>
        NormWork<T, V, S>.Affine(team, x, mean, scale, shift, view, y);

    public override void ChannelCombine(T* gradient, T* x, T* mean, T* a, T* b, T* shift, in ChannelView view) =>
        NormWork<T, V, S>.Combine(team, gradient, x, mean, a, b, shift, view);

    public override void ChannelMeans(double* sums, double count, int channels, T* means) =>
        ChannelKernels<T>.Means(sums, count, channels, means);

    public override void ChannelFactors(double* squares, double count, in ChannelNorm<T> norm, double momentum) =>
        ChannelKernels<T>.Factors(squares, count, norm, momentum);

    public override void ChannelRunning(in ChannelNorm<T> norm) => ChannelKernels<T>.Running(norm);

    public override void ChannelParameterGradients(
        double* sums, double* products, T* factors, int channels, T* gammaGradient, T* betaGradient) =>
        ChannelKernels<T>.ParameterGradients(sums, products, factors, channels, gammaGradient, betaGradient);

    public override void ChannelSlopes(
        double* sums, double* products, double count, in ChannelNorm<T> norm, T* slopes) =>
        ChannelKernels<T>.Slopes(sums, products, count, norm, slopes);

    public override void LayerNorm(
        T* x, int rows, int width, int stride, T* gamma, T* beta, double epsilon, T* y, T* moments) =>
        NormWork<T, V, S>.Rows(team, x, rows, width, stride, gamma, beta, epsilon, y, moments);

    public override void LayerNormGradient(
        T* gradient, T* x, int rows, int width, int stride, T* gamma, T* moments, T* gammaGradient,
        T* betaGradient) => NormWork<T, V, S>.RowsGradient(
        team, gradient, x, rows, width, stride, gamma, moments, gammaGradient, betaGradient);

    public override void Gather(
        T* features, int samples, int featureStride, int tokens, T* table, int count, int stride, T* target) =>
        TokenKernels<T, V, S>.Gather(features, samples, featureStride, tokens, table, count, stride, target);

    public override void ScatterAdd(
        T* features, int samples, int featureStride, int tokens, T* gradient, int count, int stride, T* table) =>
        TokenKernels<T, V, S>.ScatterAdd(features, samples, featureStride, tokens, gradient, count, stride, table);

    public override void Spread(
        T* features, int samples, int featureStride, int tokens, T* weights, T* biases, int stride, T* target) =>
        TokenKernels<T, V, S>.Spread(features, samples, featureStride, tokens, weights, biases, stride, target);

    public override void SpreadGradient(
        T* features, int samples, int featureStride, int tokens, T* gradient, T* weights, int stride,
        T* weightGradient, T* biasGradient, T* featureGradient) => TokenKernels<T, V, S>.SpreadGradient(
        features, samples, featureStride, tokens, gradient, weights, stride, weightGradient, biasGradient,
        featureGradient);

    public override void TokenMean(T* source, int samples, int tokens, int stride, T* target) =>
        TokenKernels<T, V, S>.Mean(source, samples, tokens, stride, target);

    public override void TokenMeanGradient(T* gradient, int samples, int tokens, int stride, T* target) =>
        TokenKernels<T, V, S>.MeanGradient(gradient, samples, tokens, stride, target);

    public override void SoftmaxGradient(
        T* gradient, T* probabilities, int rows, int stride, int count, T scale) =>
        SoftmaxWork<T, V, S>.RunGradient(team, gradient, probabilities, rows, stride, scale);

    public override void Pairs(
        T* sums, T* squares, int rows, int stride, int groups, int groupStride, T* outputs, int outputStride) =>
        TokenKernels<T, V, S>.Pairs(sums, squares, rows, stride, groups, groupStride, outputs, outputStride);

    public override void PairsGradient(
        T* gradient, int gradientStride, int rows, int stride, int groups, int groupStride, T* sums, T* squares) =>
        TokenKernels<T, V, S>.PairsGradient(gradient, gradientStride, rows, stride, groups, groupStride, sums, squares);

    public override void HalfSquares(T* values, int rows, int stride, T* halves)
    {
        for (var row = 0; row < rows; row++, values += stride)
            halves[row] = T.CreateTruncating(ElementKernels<T, V, S>.SumOfSquares(values, stride) / 2);
    }

    public override void MarkLargest(T* scores, T* offsets, int rows, int stride, int columns) =>
        TokenKernels<T, V, S>.MarkLargest(scores, offsets, rows, stride, columns);

    public override void Softmax(T* logits, int rows, int stride, int classes, int* labels, double* tally)
    {
        if (labels == null)
        {
            SoftmaxWork<T, V, S>.Run(team, logits, rows, stride, classes, isCausal: false);
            return;
        }
        var (loss, correct) = LossKernels<T, V, S>.CrossEntropy(logits, rows, stride, classes, labels);
        Add(tally, loss, correct);
    }

    public override void CausalSoftmax(T* logits, int matrices, int size, int stride) =>
        SoftmaxWork<T, V, S>.Run(team, logits, matrices * size, stride, size, isCausal: true);

    public override void CrossEntropyGradient(T* probabilities, int rows, int stride, int* labels, T scale) =>
        LossKernels<T, V, S>.CrossEntropyGradient(probabilities, rows, stride, labels, scale);

    public override void SquaredError(T* outputs, int rows, int stride, float* targets, T scale, double* tally) =>
        Add(tally, ErrorKernels<T>.Squared(outputs, rows, stride, targets, scale), 0);

    public override void AbsoluteError(T* outputs, int rows, int stride, float* targets, T scale, double* tally) =>
        Add(tally, ErrorKernels<T>.Absolute(outputs, rows, stride, targets, scale), 0);

    public override void Huber(
        T* outputs, int rows, int stride, float* targets, T delta, T scale, double* tally) =>
        Add(tally, ErrorKernels<T>.Huber(outputs, rows, stride, targets, delta, scale), 0);

    public override void BinaryCrossEntropy(
        T* logits, int rows, int stride, int* labels, T scale, double* tally)
    {
        var (loss, correct) = ErrorKernels<T>.BinaryCrossEntropy(logits, rows, stride, labels, scale);
        Add(tally, loss, correct);
    }

    public override void ClipNorm(T* gradient, nint count, double limit)
    {
        var norm = Math.Sqrt(ElementKernels<T, V, S>.SumOfSquares(gradient, count));
        if (norm > limit)
            ElementKernels<T, V, S>.Scale(gradient, T.CreateTruncating(limit / norm), count);
    }

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

    public override void Lamb(
        T* w, T* g, T* m, T* v, nint count, ImmutableArray<ArenaRange> tensors, OptimizerSpec spec, double rate,
        long step)
    {
        LambDirection(w, g, m, v, count, spec, step);
        foreach (var (start, length) in tensors)
        {
            var weights = Math.Sqrt(ElementKernels<T, V, S>.SumOfSquares(w + start, length));
            var direction = Math.Sqrt(ElementKernels<T, V, S>.SumOfSquares(g + start, length));
            var trust = weights > 0 && direction > 0 ? weights / direction : 1;
            ElementKernels<T, V, S>.Scale(g + start, T.CreateTruncating(-rate * trust), length);
        }
        Add(w, g, count);
    }

    public override void LambDirection(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, long step) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.Lamb, w, g, m, v, count, spec, 0, step);

    public override void Lion(T* w, T* g, T* m, nint count, OptimizerSpec spec, double rate) =>
        UpdateWork<T, V, S>.Run(team, OptimizerKind.Lion, w, g, m, null, count, spec, rate, 0);

    private void OnImages(
        ImageStep step, T* images, int count, in Window window, T* columns, nint stride, int* places = null) =>
        ImageWork<T, V, S>.Run(team, new ImageWork<T, V, S>
        {
            Step = step,
            Count = count,
            Window = window,
            Images = images,
            Columns = columns,
            Stride = stride,
            Places = places,
        });

    private static void Add(double* tally, double loss, int correct)
    {
        tally[0] += loss;
        tally[1] += correct;
    }

    private void Activate(Activation function, T* z, T* derivative, nint count) =>
        ActivationWork<T, V, S>.Run(team, function, z, derivative, count);
}
