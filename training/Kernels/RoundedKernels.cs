using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// The vocabulary with numbers of 16 bits, as the processor has none: in float32, but whatever a call writes to values
/// or copies of weights is rounded when it is done. It is what devices that keep them in 16 bits compute, and saves
/// neither time nor memory.
/// </summary>
/// <param name="exact">What computes.</param>
/// <param name="precision">Of the numbers.</param>
internal sealed unsafe class RoundedKernels(Kernels<float> exact, Precision precision) : Kernels<float>
{
    private readonly List<(nint Start, nint End)> _narrow = [];     // what is rounded, in ascending order

    public override Precision Precision => precision;

    public override bool PrefersLargeCalls => exact.PrefersLargeCalls;

    public override bool KeepsPanels => exact.KeepsPanels;

    public override int Threads => exact.Threads;

    public override int ScratchLength => exact.ScratchLength;

    public override DeviceArray<TElement> Take<TElement>(long length) => exact.Take<TElement>(length);

    public override DeviceArray<float> TakeValues(long length)
    {
        var array = exact.Take<float>(length);
        var start = (nint)array.Pointer;
        _narrow.Add((start, start + (nint)(length * sizeof(float))));
        _narrow.Sort();
        return array;
    }

    public override DeviceArray<TElement> TakeInput<TElement>(long length) => exact.TakeInput<TElement>(length);

    public override void Read(float* source, Span<float> target) => exact.Read(source, target);

    public override void Wait() => exact.Wait();

    public override void Dispose() => exact.Dispose();


    public override void Multiply(in Product<float> product, float* scratch)
    {
        exact.Multiply(in product, scratch);
        Round(product, new Repeats(1, 1));
    }

    public override void Multiply(in Product<float> product, in Repeats repeats, float* scratch)
    {
        exact.Multiply(in product, in repeats, scratch);
        Round(product, repeats);
    }

    public override void Multiply(in DotProduct<float> product)
    {
        exact.Multiply(in product);
        Round(product, new Repeats(1, 1));
    }

    public override void Multiply(in DotProduct<float> product, in Repeats repeats)
    {
        exact.Multiply(in product, in repeats);
        Round(product, repeats);
    }

    public override void MultiplyRows(in Product<float> product, float* temporary, float* scratch)
    {
        exact.MultiplyRows(in product, temporary, scratch);
        Round(product, new Repeats(1, 1));
    }

    public override void MultiplyTransposed(in Product<float> product, int rowsOfW, float* temporary, float* scratch)
    {
        exact.MultiplyTransposed(in product, rowsOfW, temporary, scratch);
        Round(product, new Repeats(1, 1));
    }

    public override void Copy(float* source, float* target, nint count)
    {
        exact.Copy(source, target, count);
        Round(target, count);
    }

    public override void Clear(float* target, nint count) => exact.Clear(target, count);

    public override void Add(float* target, float* source, nint count)
    {
        exact.Add(target, source, count);
        Round(target, count);
    }

    public override void Multiply(float* target, float* factors, nint count)
    {
        exact.Multiply(target, factors, count);
        Round(target, count);
    }

    public override void Square(float* source, float* target, nint count)
    {
        exact.Square(source, target, count);
        Round(target, count);
    }

    public override void SubtractProduct(float* target, float* factors, float* values, nint count)
    {
        exact.SubtractProduct(target, factors, values, count);
        Round(target, count);
    }

    public override void Relu(float* z, nint count) => exact.Relu(z, count);

    public override void Tanh(float* z, float* derivative, nint count)
    {
        exact.Tanh(z, derivative, count);
        Round(z, count);
        Round(derivative, count);
    }

    public override void Gelu(float* z, float* derivative, nint count)
    {
        exact.Gelu(z, derivative, count);
        Round(z, count);
        Round(derivative, count);
    }

    public override void Sigmoid(float* z, float* derivative, nint count)
    {
        exact.Sigmoid(z, derivative, count);
        Round(z, count);
        Round(derivative, count);
    }

    public override void Silu(float* z, float* derivative, nint count)
    {
        exact.Silu(z, derivative, count);
        Round(z, count);
        Round(derivative, count);
    }

    public override void MaskRelu(float* gradient, float* output, float scale, nint count)
    {
        exact.MaskRelu(gradient, output, scale, count);
        Round(gradient, count);
    }

    public override void Dropout(
        in DropoutMask mask, int layer, double probability, int samples, int planes, int size, int stride,
        float* factors) =>
        exact.Dropout(in mask, layer, probability, samples, planes, size, stride, factors);
    public override void ColumnSums(float* source, int rows, int columns, float* sums) =>
        exact.ColumnSums(source, rows, columns, sums);

    public override void AddToRows(float* target, float* source, int rows, int columns)
    {
        exact.AddToRows(target, source, rows, columns);
        Round(target, (nint)rows * columns);
    }

    public override void CopyRows(
        float* source, RowPlaces from, float* target, RowPlaces to, int samples, int rows, int width)
    {
        exact.CopyRows(source, from, target, to, samples, rows, width);
        Round(target, ((samples - 1) * to.Sample) + ((rows - 1) * to.Row) + width);
    }

    public override void Unfold(float* images, int count, in Window window, float* columns, nint stride) =>
        exact.Unfold(images, count, in window, columns, stride);

    public override void Fold(float* columns, nint stride, int count, in Window window, float* images)
    {
        exact.Fold(columns, stride, count, in window, images);
        Round(images, (nint)count * window.Channels * window.PlaneStride);
    }

    public override void PlaneSums(float* source, int samples, int channels, int planeStride, float* sums) =>
        exact.PlaneSums(source, samples, channels, planeStride, sums);
    public override void MaxPool(
        float* source, int planes, in Window window, float* target, int targetStride, int* places) =>
        exact.MaxPool(source, planes, in window, target, targetStride, places);

    public override void MaxPoolGradient(
        float* gradient, int gradientStride, int* places, int planes, in Window window, float* target)
    {
        exact.MaxPoolGradient(gradient, gradientStride, places, planes, in window, target);
        Round(target, (nint)planes * window.PlaneStride);
    }

    public override void MeanPool(float* source, int planes, in Window window, float* target, int targetStride)
    {
        exact.MeanPool(source, planes, in window, target, targetStride);
        Round(target, (nint)planes * targetStride);
    }

    public override void MeanPoolGradient(
        float* gradient, int gradientStride, int planes, in Window window, float* target)
    {
        exact.MeanPoolGradient(gradient, gradientStride, planes, in window, target);
        Round(target, (nint)planes * window.PlaneStride);
    }

    public override void ChannelSums(float* a, in ChannelView view, double* sums) =>
        exact.ChannelSums(a, in view, sums);
    public override void ChannelCenteredSums(float* x, float* mean, float* b, in ChannelView view, double* sums) =>
        exact.ChannelCenteredSums(x, mean, b, in view, sums);

    public override void ChannelAffine(
        float* x, float* mean, float* scale, float* shift, in ChannelView view, float* y)
    {
        exact.ChannelAffine(x, mean, scale, shift, in view, y);
        Round(y, LengthOf(view));
    }

    public override void ChannelCombine(
        float* gradient, float* x, float* mean, float* a, float* b, float* shift, in ChannelView view)
    {
        exact.ChannelCombine(gradient, x, mean, a, b, shift, in view);
        Round(gradient, LengthOf(view));
    }

    public override void ChannelMeans(double* sums, double count, int channels, float* means) =>
        exact.ChannelMeans(sums, count, channels, means);
    public override void ChannelFactors(double* squares, double count, in ChannelNorm<float> norm, double momentum) =>
        exact.ChannelFactors(squares, count, in norm, momentum);
    public override void ChannelRunning(in ChannelNorm<float> norm) => exact.ChannelRunning(in norm);
    public override void ChannelParameterGradients(
        double* sums, double* products, float* factors, int channels, float* gammaGradient, float* betaGradient) =>
        exact.ChannelParameterGradients(sums, products, factors, channels, gammaGradient, betaGradient);
    public override void ChannelSlopes(
        double* sums, double* products, double count, in ChannelNorm<float> norm, float* slopes) =>
        exact.ChannelSlopes(sums, products, count, in norm, slopes);

    public override void LayerNorm(
        float* x, int rows, int width, int stride, float* gamma, float* beta, double epsilon, float* y,
        float* moments)
    {
        exact.LayerNorm(x, rows, width, stride, gamma, beta, epsilon, y, moments);
        Round(y, (nint)rows * stride);
    }

    public override void LayerNormGradient(
        float* gradient, float* x, int rows, int width, int stride, float* gamma, float* moments,
        float* gammaGradient, float* betaGradient)
    {
        exact.LayerNormGradient(gradient, x, rows, width, stride, gamma, moments, gammaGradient, betaGradient);
        Round(gradient, (nint)rows * stride);
    }

    public override void Gather(
        float* features, int samples, int featureStride, int tokens, float* table, int count, int stride,
        float* target) =>
        exact.Gather(features, samples, featureStride, tokens, table, count, stride, target);
    public override void ScatterAdd(
        float* features, int samples, int featureStride, int tokens, float* gradient, int count, int stride,
        float* table) =>
        exact.ScatterAdd(features, samples, featureStride, tokens, gradient, count, stride, table);

    public override void Spread(
        float* features, int samples, int featureStride, int tokens, float* weights, float* biases, int stride,
        float* target)
    {
        exact.Spread(features, samples, featureStride, tokens, weights, biases, stride, target);
        Round(target, (nint)samples * tokens * stride);
    }

    public override void SpreadGradient(
        float* features, int samples, int featureStride, int tokens, float* gradient, float* weights, int stride,
        float* weightGradient, float* biasGradient, float* featureGradient)
    {
        exact.SpreadGradient(
            features, samples, featureStride, tokens, gradient, weights, stride, weightGradient, biasGradient,
            featureGradient);
        Round(featureGradient, (nint)samples * featureStride);
    }

    public override void TokenMean(float* source, int samples, int tokens, int stride, float* target)
    {
        exact.TokenMean(source, samples, tokens, stride, target);
        Round(target, (nint)samples * stride);
    }

    public override void TokenMeanGradient(float* gradient, int samples, int tokens, int stride, float* target)
    {
        exact.TokenMeanGradient(gradient, samples, tokens, stride, target);
        Round(target, (nint)samples * tokens * stride);
    }

    public override void SoftmaxGradient(
        float* gradient, float* probabilities, int rows, int stride, int count, float scale)
    {
        exact.SoftmaxGradient(gradient, probabilities, rows, stride, count, scale);
        Round(gradient, (nint)rows * stride);
    }

    public override void Pairs(
        float* sums, float* squares, int rows, int stride, int groups, int groupStride, float* outputs,
        int outputStride)
    {
        exact.Pairs(sums, squares, rows, stride, groups, groupStride, outputs, outputStride);
        Round(outputs, (nint)rows * outputStride);
    }

    public override void PairsGradient(
        float* gradient, int gradientStride, int rows, int stride, int groups, int groupStride, float* sums,
        float* squares) =>
        exact.PairsGradient(gradient, gradientStride, rows, stride, groups, groupStride, sums, squares);
    public override void HalfSquares(float* values, int rows, int stride, float* halves) =>
        exact.HalfSquares(values, rows, stride, halves);
    public override void MarkLargest(float* scores, float* offsets, int rows, int stride, int columns) =>
        exact.MarkLargest(scores, offsets, rows, stride, columns);

    public override void Softmax(float* logits, int rows, int stride, int classes, int* labels, double* tally)
    {
        exact.Softmax(logits, rows, stride, classes, labels, tally);
        Round(logits, (nint)rows * stride);
    }

    public override void CausalSoftmax(float* logits, int matrices, int size, int stride)
    {
        exact.CausalSoftmax(logits, matrices, size, stride);
        Round(logits, (nint)matrices * size * stride);
    }

    public override void CrossEntropyGradient(float* probabilities, int rows, int stride, int* labels, float scale) =>
        exact.CrossEntropyGradient(probabilities, rows, stride, labels, scale);
    public override void SquaredError(
        float* outputs, int rows, int stride, float* targets, float scale, double* tally) =>
        exact.SquaredError(outputs, rows, stride, targets, scale, tally);
    public override void AbsoluteError(
        float* outputs, int rows, int stride, float* targets, float scale, double* tally) =>
        exact.AbsoluteError(outputs, rows, stride, targets, scale, tally);
    public override void Huber(
        float* outputs, int rows, int stride, float* targets, float delta, float scale, double* tally) =>
        exact.Huber(outputs, rows, stride, targets, delta, scale, tally);
    public override void BinaryCrossEntropy(
        float* logits, int rows, int stride, int* labels, float scale, double* tally) =>
        exact.BinaryCrossEntropy(logits, rows, stride, labels, scale, tally);
    public override void ClipNorm(float* gradient, nint count, double limit) =>
        exact.ClipNorm(gradient, count, limit);
    public override void Clamp(float* values, float limit, nint count) => exact.Clamp(values, limit, count);
    public override void Scale(float* values, float factor, nint count) => exact.Scale(values, factor, count);
    public override double SumOfSquares(float* values, nint count) => exact.SumOfSquares(values, count);
    public override void Sgd(float* w, float* g, float* v, nint count, OptimizerSpec spec, double rate) =>
        exact.Sgd(w, g, v, count, spec, rate);
    public override void Adagrad(float* w, float* g, float* s, nint count, OptimizerSpec spec, double rate) =>
        exact.Adagrad(w, g, s, count, spec, rate);
    public override void RmsProp(float* w, float* g, float* v, nint count, OptimizerSpec spec, double rate) =>
        exact.RmsProp(w, g, v, count, spec, rate);
    public override void Adam(
        float* w, float* g, float* m, float* v, nint count, OptimizerSpec spec, double rate, long step) =>
        exact.Adam(w, g, m, v, count, spec, rate, step);
    public override void Lamb(
        float* w, float* g, float* m, float* v, nint count, ImmutableArray<ArenaRange> tensors, OptimizerSpec spec,
        double rate, long step) =>
        exact.Lamb(w, g, m, v, count, tensors, spec, rate, step);
    public override void LambDirection(
        float* w, float* g, float* m, float* v, nint count, OptimizerSpec spec, long step) =>
        exact.LambDirection(w, g, m, v, count, spec, step);
    public override void Lion(float* w, float* g, float* m, nint count, OptimizerSpec spec, double rate) =>
        exact.Lion(w, g, m, count, spec, rate);

    private static nint LengthOf(in ChannelView view) =>
        (nint)view.Samples * view.Stride * (view.IsColumns ? 1 : view.Channels);

    private void Round(in Product<float> product, in Repeats repeats)
    {
        var panels = Math.Max(0, (product.Columns / Panels<float>.Width) - 1);
        Round(product.C, (panels * product.PanelStrideC) + ((product.Rows - 1) * product.RowStrideC)
            + Panels<float>.Width + LastStep(repeats));
    }

    private void Round(in DotProduct<float> product, in Repeats repeats) =>
        Round(product.C, ((product.Rows - 1) * product.RowStrideC) + Panels<float>.RoundUp(product.Columns)
            + LastStep(repeats));

    private static nint LastStep(in Repeats repeats) =>
        ((repeats.Outer - 1) * repeats.StepC.Outer) + ((repeats.Inner - 1) * repeats.StepC.Inner);

    /// <summary>Rounds what lies in numbers of 16 bits; what was rounded before does not change.</summary>
    private void Round(float* values, nint count)
    {
        var (low, high) = (0, _narrow.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _narrow[middle].Start <= (nint)values ? (middle, high) : (low, middle - 1);
        }
        if (count <= 0 || _narrow.Count == 0 || (nint)values < _narrow[low].Start || (nint)values >= _narrow[low].End)
            return;
        count = nint.Min(count, (_narrow[low].End - (nint)values) / sizeof(float));
        for (; count > 0; count -= int.MaxValue, values += int.MaxValue)
            Rounding.Round(new Span<float>(values, (int)nint.Min(count, int.MaxValue)), precision);
    }
}
