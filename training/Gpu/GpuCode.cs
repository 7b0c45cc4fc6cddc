namespace TuneGraph.Training;

/// <summary>All kernels of a device, by what they do. Each is compiled when it is first launched or loaded.</summary>
internal sealed class GpuCode(GpuDevice device)
{
    // Products.
    public GpuKernel<ProductArguments> SmallTile { get; } =
        new(device, ProductCode.SmallTile, ProductCode.SmallThreads);
    public GpuKernel<ProductArguments> MediumTile { get; } =
        new(device, ProductCode.MediumTile, ProductCode.MediumThreads);
    public GpuKernel<ProductArguments> LargeTile { get; } =
        new(device, ProductCode.LargeTile, ProductCode.LargeThreads, 2);
    public GpuKernel<ProductArguments> TensorTile { get; } =
        new(device, TensorProductCode.Tile, TensorProductCode.Threads) { NeedsTensorCores = true };
    public GpuKernel<ProductArguments> SumSplits { get; } = new(device, ProductCode.SumSplits);
    public GpuKernel<ProductArguments> FinishAll { get; } = new(device, ProductCode.FinishAll);

    // Element by element.
    public GpuKernel<ElementArguments> Clear { get; } = new(device, ElementCode.Clear);
    public GpuKernel<ElementArguments> Copy { get; } = new(device, ElementCode.Copy);
    public GpuKernel<ElementArguments> Add { get; } = new(device, ElementCode.Add);
    public GpuKernel<ElementArguments> Multiply { get; } = new(device, ElementCode.Multiply);
    public GpuKernel<ElementArguments> Square { get; } = new(device, ElementCode.Square);
    public GpuKernel<ElementArguments> SubtractProduct { get; } = new(device, ElementCode.SubtractProduct);
    public GpuKernel<ElementArguments> Scale { get; } = new(device, ElementCode.Scale);
    public GpuKernel<ElementArguments> Clamp { get; } = new(device, ElementCode.Clamp);
    public GpuKernel<MatrixArguments> AddToRows { get; } = new(device, ElementCode.AddToRows);
    public GpuKernel<MatrixArguments> ColumnSums { get; } = new(device, ElementCode.ColumnSums);
    public GpuKernel<CopyArguments> CopyRows { get; } = new(device, ElementCode.CopyRows);

    // Activations.
    public GpuKernel<ActivationArguments> Relu { get; } = new(device, ActivationCode.Relu);
    public GpuKernel<ActivationArguments> Tanh { get; } = new(device, ActivationCode.Tanh);
    public GpuKernel<ActivationArguments> Gelu { get; } = new(device, ActivationCode.Gelu);
    public GpuKernel<ActivationArguments> Sigmoid { get; } = new(device, ActivationCode.Sigmoid);
    public GpuKernel<ActivationArguments> Silu { get; } = new(device, ActivationCode.Silu);
    public GpuKernel<ActivationArguments> MaskRelu { get; } = new(device, ActivationCode.MaskRelu);
    public GpuKernel<DropoutArguments> Dropout { get; } = new(device, DropoutCode.Fill);

    // Images.
    public GpuKernel<ImageArguments> Unfold { get; } = new(device, ImageCode.Unfold);
    public GpuKernel<ImageArguments> Fold { get; } = new(device, ImageCode.Fold);
    public GpuKernel<ImageArguments> PlaneSums { get; } = new(device, ImageCode.PlaneSums);
    public GpuKernel<ImageArguments> MaxPool { get; } = new(device, ImageCode.MaxPool);
    public GpuKernel<ImageArguments> MaxPoolGradient { get; } = new(device, ImageCode.MaxPoolGradient);
    public GpuKernel<ImageArguments> MeanPool { get; } = new(device, ImageCode.MeanPool);
    public GpuKernel<ImageArguments> MeanPoolGradient { get; } = new(device, ImageCode.MeanPoolGradient);

    // Normalisation.
    public GpuKernel<ChannelArguments> ChannelSums { get; } = new(device, NormCode.Sums);
    public GpuKernel<ChannelArguments> ChannelCenteredSums { get; } = new(device, NormCode.CenteredSums);
    public GpuKernel<ChannelArguments> ChannelAffine { get; } = new(device, NormCode.Affine);
    public GpuKernel<ChannelArguments> ChannelCombine { get; } = new(device, NormCode.Combine);
    public GpuKernel<ChannelArguments> ChannelMeans { get; } = new(device, NormCode.Means);
    public GpuKernel<ChannelArguments> ChannelFactors { get; } = new(device, NormCode.Factors);
    public GpuKernel<ChannelArguments> ChannelRunning { get; } = new(device, NormCode.Running);
    public GpuKernel<ChannelArguments> ChannelParameterGradients { get; } = new(device, NormCode.ParameterGradients);
    public GpuKernel<ChannelArguments> ChannelSlopes { get; } = new(device, NormCode.Slopes);
    public GpuKernel<RowNormArguments> RowNorm { get; } = new(device, NormCode.Rows);
    public GpuKernel<RowNormArguments> RowParameterGradients { get; } = new(device, NormCode.RowParameterGradients);
    public GpuKernel<RowNormArguments> RowGradient { get; } = new(device, NormCode.RowGradient);

    // Tokens.
    public GpuKernel<TokenArguments> Gather { get; } = new(device, TokenCode.Gather);
    public GpuKernel<TokenArguments> ScatterAdd { get; } = new(device, TokenCode.ScatterAdd);
    public GpuKernel<TokenArguments> Spread { get; } = new(device, TokenCode.Spread);
    public GpuKernel<TokenArguments> SpreadGradient { get; } = new(device, TokenCode.SpreadGradient);
    public GpuKernel<TokenArguments> SpreadFeatureGradient { get; } = new(device, TokenCode.SpreadFeatureGradient);
    public GpuKernel<TokenArguments> TokenMean { get; } = new(device, TokenCode.Mean);
    public GpuKernel<TokenArguments> TokenMeanGradient { get; } = new(device, TokenCode.MeanGradient);
    public GpuKernel<TokenArguments> SoftmaxGradient { get; } = new(device, TokenCode.SoftmaxGradient);
    public GpuKernel<TokenArguments> HalfSquares { get; } = new(device, TokenCode.HalfSquares);
    public GpuKernel<TokenArguments> MarkLargest { get; } = new(device, TokenCode.MarkLargest);
    public GpuKernel<PairsArguments> Pairs { get; } = new(device, TokenCode.Pairs);
    public GpuKernel<PairsArguments> PairsGradient { get; } = new(device, TokenCode.PairsGradient);

    // Losses.
    public GpuKernel<LossArguments> Softmax { get; } = new(device, LossCode.Softmax);
    public GpuKernel<LossArguments> CrossEntropyGradient { get; } = new(device, LossCode.CrossEntropyGradient);
    public GpuKernel<LossArguments> SquaredError { get; } = new(device, LossCode.SquaredError);
    public GpuKernel<LossArguments> AbsoluteError { get; } = new(device, LossCode.AbsoluteError);
    public GpuKernel<LossArguments> Huber { get; } = new(device, LossCode.Huber);
    public GpuKernel<LossArguments> BinaryCrossEntropy { get; } = new(device, LossCode.BinaryCrossEntropy);
    public GpuKernel<LossArguments> AddUpLosses { get; } = new(device, LossCode.AddUp);

    // Optimizers.
    public GpuKernel<OptimizerArguments> Sgd { get; } = new(device, OptimizerCode.Sgd);
    public GpuKernel<OptimizerArguments> Adam { get; } = new(device, OptimizerCode.Adam);
    public GpuKernel<OptimizerArguments> Adagrad { get; } = new(device, OptimizerCode.Adagrad);
    public GpuKernel<OptimizerArguments> RmsProp { get; } = new(device, OptimizerCode.RmsProp);
    public GpuKernel<OptimizerArguments> Lion { get; } = new(device, OptimizerCode.Lion);
    public GpuKernel<OptimizerArguments> LambDirection { get; } = new(device, OptimizerCode.LambDirection);
    public GpuKernel<OptimizerArguments> LambStep { get; } = new(device, OptimizerCode.LambStep);
    public GpuKernel<OptimizerArguments> SumSquares { get; } = new(device, OptimizerCode.SumSquares);
    public GpuKernel<OptimizerArguments> Clip { get; } = new(device, OptimizerCode.Clip);
}
