using System.Collections.Immutable;
using ILGPU.Runtime;

namespace TuneGraph.Training;

/// <summary>
/// The vocabulary on an accelerator: every call is one or a few launches on this training's own stream, in order, and
/// returns before they are done. One for each training.
/// </summary>
internal sealed unsafe class GpuKernels : GpuSession
{
    private readonly GpuProducts _products;
    private readonly GpuLosses _losses;
    private readonly GpuImages _images;
    private readonly GpuNorms _norms;
    private readonly GpuTokens _tokens;
    private readonly GpuOptimizers _optimizers;

    /// <param name="device">What to compute on.</param>
    /// <param name="tile">Tile of all products; null to choose for each.</param>
    /// <param name="splits">Parts of all products' depth; null to choose for each.</param>
    /// <param name="library">Whether cuBLAS may compute products.</param>
    /// <param name="precision">Of values between layers, and of copies of weights.</param>
    /// <param name="allowsTf32">Whether products may round float32 to tf32.</param>
    /// <exception cref="DeviceException">The device has failed before, or has no memory left.</exception>
    public GpuKernels(
        GpuDevice device, int? tile = null, int? splits = null, bool library = true,
        Precision precision = Precision.Float32, bool allowsTf32 = false)
        : base(device, precision, allowsTf32)
    {
        _products = new GpuProducts(this, library) { OnlyTile = tile, OnlySplits = splits };
        _losses = new GpuLosses(this);
        _images = new GpuImages(this);
        _norms = new GpuNorms(this);
        _tokens = new GpuTokens(this);
        _optimizers = new GpuOptimizers(this);
    }

    public override void Dispose()
    {
        _products.Dispose();
        _optimizers.Dispose();
        base.Dispose();
    }

    // Products.

    public override void Multiply(in Product<float> product, float* scratch) =>
        _products.Multiply(product, new Repeats(1, 1));

    public override void Multiply(in Product<float> product, in Repeats repeats, float* scratch) =>
        _products.Multiply(product, repeats);

    public override void Multiply(in DotProduct<float> product) => _products.Multiply(product, new Repeats(1, 1));

    public override void Multiply(in DotProduct<float> product, in Repeats repeats) =>
        _products.Multiply(product, repeats);

    public override void MultiplyRows(in Product<float> product, float* temporary, float* scratch) =>
        _products.Multiply(product, new Repeats(1, 1));

    public override void MultiplyTransposed(
        in Product<float> product, int rowsOfW, float* temporary, float* scratch) =>
        _products.Multiply(product, new Repeats(1, 1), rowsOfW);

    // Element by element.

    public override void Copy(float* source, float* target, nint count)
    {
        if (count == 0)
            return;
        Numbers from = View(source, count), to = View(target, count);
        if (from.Format != to.Format)
        {
            Each(Code.Copy, count / 4, Elements(target, source, source, count));
            return;
        }
        try
        {
            from.Values.CopyTo(Stream, to.Values);
        }
        catch (AcceleratorException e)
        {
            throw Device.Failed(e);
        }
    }

    public override void Add(float* target, float* source, nint count) =>
        Each(Code.Add, count / 4, Elements(target, source, source, count));

    public override void Multiply(float* target, float* factors, nint count) =>
        Each(Code.Multiply, count / 4, Elements(target, factors, factors, count));

    public override void Square(float* source, float* target, nint count) =>
        Each(Code.Square, count / 4, Elements(target, source, source, count));

    public override void SubtractProduct(float* target, float* factors, float* values, nint count) =>
        Each(Code.SubtractProduct, count / 4, Elements(target, factors, values, count));

    public override void Clear(float* target, nint count) =>
        Each(Code.Clear, count / 4, Elements(target, target, target, count));

    public override void Scale(float* values, float factor, nint count) =>
        Each(Code.Scale, count / 4, Elements(values, values, values, count, factor));

    public override void Clamp(float* values, float limit, nint count) =>
        Each(Code.Clamp, count / 4, Elements(values, values, values, count, limit));

    public override void Relu(float* z, nint count) => Each(Code.Relu, count, Activation(z, null, count));

    public override void Tanh(float* z, float* derivative, nint count) =>
        Each(Code.Tanh, count, Activation(z, derivative, count));

    public override void Gelu(float* z, float* derivative, nint count) =>
        Each(Code.Gelu, count, Activation(z, derivative, count));

    public override void Sigmoid(float* z, float* derivative, nint count) =>
        Each(Code.Sigmoid, count, Activation(z, derivative, count));

    public override void Silu(float* z, float* derivative, nint count) =>
        Each(Code.Silu, count, Activation(z, derivative, count));

    public override void MaskRelu(float* gradient, float* output, float scale, nint count) =>
        Each(Code.MaskRelu, count, Activation(gradient, output, count, scale));

    public override void Dropout(
        in DropoutMask mask, int layer, double probability, int samples, int planes, int size, int stride,
        float* factors)
    {
        var (seed, index, purpose) = RandomStream.Dropout(mask.Seed, mask.Epoch, layer).Words();
        var groups = Panels<float>.RoundUp(size) / 16;
        var blocks = samples * planes * groups * 4;
        Each(Code.Dropout, blocks, new DropoutArguments
        {
            Factors = Exact(factors, (long)samples * planes * stride),
            Seed = seed,
            FirstRow = (uint)mask.FirstSample,
            Index = index,
            Purpose = purpose,
            Threshold = (uint)(probability * (1UL << 32)),
            Planes = planes,
            GroupsPerPlane = groups,
            Blocks = blocks,
            Kept = DropoutMask.Scale<float>(probability),
        });
    }

    // Rows and columns.

    public override void ColumnSums(float* source, int rows, int columns, float* sums) =>
        EachColumns(Code.ColumnSums, columns, Matrix(source, sums, rows, columns));

    public override void AddToRows(float* target, float* source, int rows, int columns) =>
        Each(Code.AddToRows, (long)rows * columns / 4, Matrix(target, source, rows, columns));

    public override void CopyRows(
        float* source, RowPlaces from, float* target, RowPlaces to, int samples, int rows, int width)
    {
        var count = samples * rows * width;
        Each(Code.CopyRows, count, new CopyArguments
        {
            Source = View(source, Extent(from, samples, rows, width)),
            Target = View(target, Extent(to, samples, rows, width)),
            SourceSample = (int)from.Sample,
            SourceRow = (int)from.Row,
            TargetSample = (int)to.Sample,
            TargetRow = (int)to.Row,
            Rows = rows,
            Width = width,
            Count = count,
        });
    }

    // Images.

    public override void Unfold(float* images, int count, in Window window, float* columns, nint stride) =>
        _images.Unfold(images, count, window, columns, (int)stride);

    public override void Fold(float* columns, nint stride, int count, in Window window, float* images) =>
        _images.Fold(columns, (int)stride, count, window, images);

    public override void PlaneSums(float* source, int samples, int channels, int planeStride, float* sums) =>
        _images.PlaneSums(source, samples, channels, planeStride, sums);

    public override void MaxPool(
        float* source, int planes, in Window window, float* target, int targetStride, int* places) =>
        _images.Pool(Code.MaxPool, source, planes, window, target, targetStride, places, backward: false);

    public override void MaxPoolGradient(
        float* gradient, int gradientStride, int* places, int planes, in Window window, float* target) =>
        _images.Pool(Code.MaxPoolGradient, target, planes, window, gradient, gradientStride, places, backward: true);

    public override void MeanPool(float* source, int planes, in Window window, float* target, int targetStride) =>
        _images.Pool(Code.MeanPool, source, planes, window, target, targetStride, null, backward: false);

    public override void MeanPoolGradient(
        float* gradient, int gradientStride, int planes, in Window window, float* target) =>
        _images.Pool(Code.MeanPoolGradient, target, planes, window, gradient, gradientStride, null, backward: true);

    // Normalisation.

    public override void ChannelSums(float* a, in ChannelView view, double* sums) => _norms.Sums(a, view, sums);

    public override void ChannelCenteredSums(float* x, float* mean, float* b, in ChannelView view, double* sums) =>
        _norms.CenteredSums(x, mean, b, view, sums);

    public override void ChannelAffine(
        float* x, float* mean, float* scale, float* shift, in ChannelView view, float* y) =>
        _norms.Affine(x, mean, scale, shift, view, y);

    public override void ChannelCombine(
        float* gradient, float* x, float* mean, float* a, float* b, float* shift, in ChannelView view) =>
        _norms.Combine(gradient, x, mean, a, b, shift, view);

    public override void ChannelMeans(double* sums, double count, int channels, float* means) =>
        _norms.Means(sums, count, channels, means);

    public override void ChannelFactors(
        double* squares, double count, in ChannelNorm<float> norm, double momentum) =>
        _norms.Launch(Code.ChannelFactors, norm, squares, null, count, momentum, null);

    public override void ChannelRunning(in ChannelNorm<float> norm) =>
        _norms.Launch(Code.ChannelRunning, norm, null, null, 1, 0, null);

    public override void ChannelParameterGradients(
        double* sums, double* products, float* factors, int channels, float* gammaGradient, float* betaGradient) =>
        _norms.ParameterGradients(sums, products, factors, channels, gammaGradient, betaGradient);

    public override void ChannelSlopes(
        double* sums, double* products, double count, in ChannelNorm<float> norm, float* slopes) =>
        _norms.Launch(Code.ChannelSlopes, norm, sums, products, count, 0, slopes);

    public override void LayerNorm(
        float* x, int rows, int width, int stride, float* gamma, float* beta, double epsilon, float* y,
        float* moments) => _norms.Rows(x, rows, width, stride, gamma, beta, epsilon, y, moments);

    public override void LayerNormGradient(
        float* gradient, float* x, int rows, int width, int stride, float* gamma, float* moments,
        float* gammaGradient, float* betaGradient) => _norms.RowsGradient(
        gradient, x, rows, width, stride, gamma, moments, gammaGradient, betaGradient);

    // Tokens, attention and factors.

    public override void Gather(
        float* features, int samples, int featureStride, int tokens, float* table, int count, int stride,
        float* target)
    {
        MayFault = true;
        _tokens.Gather(features, samples, featureStride, tokens, table, count, stride, target, Fault);
    }

    public override void ScatterAdd(
        float* features, int samples, int featureStride, int tokens, float* gradient, int count, int stride,
        float* table) => _tokens.ScatterAdd(features, samples, featureStride, tokens, gradient, count, stride, table);

    public override void Spread(
        float* features, int samples, int featureStride, int tokens, float* weights, float* biases, int stride,
        float* target) => _tokens.Spread(features, samples, featureStride, tokens, weights, biases, stride, target);

    public override void SpreadGradient(
        float* features, int samples, int featureStride, int tokens, float* gradient, float* weights, int stride,
        float* weightGradient, float* biasGradient, float* featureGradient) => _tokens.SpreadGradient(
        features, samples, featureStride, tokens, gradient, weights, stride, weightGradient, biasGradient,
        featureGradient);

    public override void TokenMean(float* source, int samples, int tokens, int stride, float* target) =>
        _tokens.Mean(Code.TokenMean, (long)samples * stride, target, source, samples, tokens, stride);

    public override void TokenMeanGradient(float* gradient, int samples, int tokens, int stride, float* target) =>
        _tokens.Mean(
            Code.TokenMeanGradient, (long)samples * tokens * stride, gradient, target, samples, tokens, stride);

    public override void SoftmaxGradient(
        float* gradient, float* probabilities, int rows, int stride, int count, float scale) =>
        _tokens.SoftmaxGradient(gradient, probabilities, rows, stride, count, scale);

    public override void Pairs(
        float* sums, float* squares, int rows, int stride, int groups, int groupStride, float* outputs,
        int outputStride) => Each(Code.Pairs, (long)rows * groups, Factors(
        sums, squares, rows, stride, groups, groupStride, outputs, outputStride));

    public override void PairsGradient(
        float* gradient, int gradientStride, int rows, int stride, int groups, int groupStride, float* sums,
        float* squares) => Each(Code.PairsGradient, (long)rows * groups * groupStride, Factors(
        sums, squares, rows, stride, groups, groupStride, gradient, gradientStride));

    public override void HalfSquares(float* values, int rows, int stride, float* halves) =>
        _tokens.HalfSquares(values, rows, stride, halves);

    public override void MarkLargest(float* scores, float* offsets, int rows, int stride, int columns) =>
        _tokens.MarkLargest(scores, offsets, rows, stride, columns);

    // Losses.

    public override void Softmax(float* logits, int rows, int stride, int classes, int* labels, double* tally) =>
        _losses.Softmax(logits, rows, stride, classes, labels, tally);

    public override void CausalSoftmax(float* logits, int matrices, int size, int stride) =>
        _losses.CausalSoftmax(logits, matrices, size, stride);

    public override void CrossEntropyGradient(
        float* probabilities, int rows, int stride, int* labels, float scale) =>
        _losses.CrossEntropyGradient(probabilities, rows, stride, labels, scale);

    public override void SquaredError(
        float* outputs, int rows, int stride, float* targets, float scale, double* tally) =>
        _losses.Error(Code.SquaredError, outputs, rows, stride, targets, 0, scale, tally);

    public override void AbsoluteError(
        float* outputs, int rows, int stride, float* targets, float scale, double* tally) =>
        _losses.Error(Code.AbsoluteError, outputs, rows, stride, targets, 0, scale, tally);

    public override void Huber(
        float* outputs, int rows, int stride, float* targets, float delta, float scale, double* tally) =>
        _losses.Error(Code.Huber, outputs, rows, stride, targets, delta, scale, tally);

    public override void BinaryCrossEntropy(
        float* logits, int rows, int stride, int* labels, float scale, double* tally) =>
        _losses.BinaryCrossEntropy(logits, rows, stride, labels, scale, tally);

    // Gradients and optimizers.

    public override void ClipNorm(float* gradient, nint count, double limit) =>
        _optimizers.ClipNorm(gradient, count, limit);

    public override void Sgd(float* w, float* g, float* v, nint count, OptimizerSpec spec, double rate) =>
        _optimizers.Sgd(w, g, v, count, spec, rate);

    public override void Adagrad(float* w, float* g, float* s, nint count, OptimizerSpec spec, double rate) =>
        _optimizers.Adagrad(w, g, s, count, spec, rate);

    public override void RmsProp(float* w, float* g, float* v, nint count, OptimizerSpec spec, double rate) =>
        _optimizers.RmsProp(w, g, v, count, spec, rate);

    public override void Adam(
        float* w, float* g, float* m, float* v, nint count, OptimizerSpec spec, double rate, long step) =>
        _optimizers.Adam(w, g, m, v, count, spec, rate, step);

    public override void Lamb(
        float* w, float* g, float* m, float* v, nint count, ImmutableArray<ArenaRange> tensors, OptimizerSpec spec,
        double rate, long step) => _optimizers.Lamb(w, g, m, v, count, tensors, spec, rate, step);

    public override double SumOfSquares(float* values, nint count) => _optimizers.SumOfSquares(values, count);

    public override void LambDirection(
        float* w, float* g, float* m, float* v, nint count, OptimizerSpec spec, long step) =>
        _optimizers.LambDirection(w, g, m, v, count, spec, step);

    public override void Lion(float* w, float* g, float* m, nint count, OptimizerSpec spec, double rate) =>
        _optimizers.Lion(w, g, m, count, spec, rate);

    private ElementArguments Elements(float* target, float* source, float* other, nint count, float number = 0) => new()
    {
        Target = View(target, count),
        Source = View(source, count),
        Other = View(other, count),
        Number = number,
        Quads = (int)(count / 4),
    };

    private ActivationArguments Activation(float* values, float* derivatives, nint count, float scale = 1) => new()
    {
        Values = View(values, count),
        Derivatives = derivatives == null ? Nothing : View(derivatives, count),
        Scale = scale,
        Count = (int)count,
        WantsDerivative = derivatives == null ? 0 : 1,
    };

    private MatrixArguments Matrix(float* matrix, float* row, int rows, int columns) => new()
    {
        Matrix = View(matrix, (long)rows * columns),
        Row = View(row, columns),
        Rows = rows,
        Columns = columns,
    };

    private PairsArguments Factors(
        float* sums, float* squares, int rows, int stride, int groups, int groupStride, float* outputs,
        int outputStride) => new()
        {
            Sums = View(sums, (long)rows * stride),
            Squares = View(squares, (long)rows * stride),
            Outputs = View(outputs, (long)rows * outputStride),
            Rows = rows,
            Stride = stride,
            Groups = groups,
            GroupStride = groupStride,
            OutputStride = outputStride,
        };

    private static long Extent(RowPlaces places, int samples, int rows, int width) => samples == 0
        ? 0
        : ((samples - 1) * (long)places.Sample) + ((rows - 1) * (long)places.Row) + width;
}
