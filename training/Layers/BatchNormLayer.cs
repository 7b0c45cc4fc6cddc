using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// Batch normalisation per channel: Ioffe and Szegedy 2015, Algorithm 1, and Algorithm 2 with running statistics. The
/// ranks sum up their moments, so that the numbers are those of the whole batch.
/// </summary>
internal sealed unsafe class BatchNormLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchNormSpec _spec;
    private readonly int _channels;
    private readonly TensorPlace _gamma, _beta, _mean, _variance;
    private LayerMemory<T> _memory = null!;
    private DeviceArray<double> _sums = null!;     // per channel: two sums, and the count at the end
    private T* _input;
    private T* _output;
    private T* _center, _factor, _shift, _slope;   // per channel

    public BatchNormLayer(BatchNormSpec spec, in LayerPlace place)
        : base(place.Input, place.Input)
    {
        if (place.Input.Kind == ShapeKind.Sequence)
            throw new ArgumentException($"Batch norm takes an image or a vector, not {place.Input}. Use layer norm.");
        _spec = spec;
        _channels = Input.Kind == ShapeKind.Image ? Input.Planes : Input.Width;
        _gamma = place.Plan.Vector($"{place.Name}.weight", _channels, InitialValues.One);
        _beta = place.Plan.Vector($"{place.Name}.bias", _channels, InitialValues.Zero);
        _mean = place.Plan.Statistic($"{place.Name}.running_mean", _channels, InitialValues.Zero);
        _variance = place.Plan.Statistic($"{place.Name}.running_var", _channels, InitialValues.One);
        place.Plan.Exchanges = true;
    }

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _sums = memory.TakeDoubles((2 * _channels) + 1);
        _output = memory.TakeValues(memory.Capacity * Input.Length<T>());
        _center = memory.Take(_channels);
        _factor = memory.Take(_channels);
        _shift = memory.Take(_channels);
        _slope = memory.Take(_channels);
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        var view = View(pass.Samples);
        if (pass.Trains)
            MeasureBatch(input, view);
        else
            _memory.Kernels.ChannelRunning(Norm);
        _memory.Kernels.ChannelAffine(input, _center, _shift, _memory.Exact(_beta), view, _output);
        return _output;
    }

    /// <summary>
    /// With d the gradient by the output, n = (x - mean) / σ and N the values per channel: the gradient by x is
    /// γ / σ (d - Σ d / N - n Σ (d n) / N).
    /// </summary>
    public override T* Backward(T* gradient, in LayerPass pass)
    {
        var view = View(pass.Samples);
        double* sums = _sums.Pointer, products = sums + _channels;
        _memory.Kernels.ChannelSums(gradient, view, sums);
        _memory.Kernels.ChannelCenteredSums(_input, _center, gradient, view, products);
        _memory.Kernels.ChannelParameterGradients(
            sums, products, _factor, _channels, _memory.GradientOf(_gamma), _memory.GradientOf(_beta));
        var count = Exchange(view, out _);
        _memory.Kernels.ChannelSlopes(sums, products, count, Norm, _slope);
        // The means of the gradient have taken the place of the factors, which are used up.
        _memory.Kernels.ChannelCombine(gradient, _input, _center, _shift, _slope, _factor, view);
        return gradient;
    }

    private void MeasureBatch(T* input, in ChannelView view)
    {
        double* sums = _sums.Pointer, squares = sums + _channels;
        _memory.Kernels.ChannelSums(input, view, sums);
        var count = Exchange(view, out _);
        _memory.Kernels.ChannelMeans(sums, count, _channels, _center);
        _memory.Kernels.ChannelCenteredSums(input, _center, null, view, squares);
        Exchange(view, out var values);
        // A pass without samples, as the last ones of a short batch may be, tells nothing about the data.
        _memory.Kernels.ChannelFactors(squares, count, Norm, values == 0 ? 0 : _spec.Momentum);
    }

    /// <summary>
    /// Sums up over the ranks; returns the values per channel in the whole batch, or 1 when no rank has any.
    /// </summary>
    private double Exchange(in ChannelView view, out double values)
    {
        values = (double)view.Samples * view.Size;
        if (_memory.Group is null)
            return Math.Max(1, values);
        _sums.Download();
        var sums = _sums.Span;
        sums[^1] = values;
        _memory.Group.AllReduce(sums);
        values = sums[^1];
        _sums.Upload();
        return Math.Max(1, values);
    }

    private ChannelNorm<T> Norm => new()
    {
        Channels = _channels,
        Epsilon = _spec.Epsilon,
        Gamma = _memory.Exact(_gamma),
        RunningMean = _memory.Statistic(_mean),
        RunningVariance = _memory.Statistic(_variance),
        Means = _center,
        Factors = _factor,
        Scales = _shift,
    };

    private ChannelView View(int samples) => Input.Kind == ShapeKind.Image
        ? new ChannelView(samples, _channels, Input.PlaneSize, Input.Stride<T>())
        : new ChannelView(samples, _channels, 1, Input.Stride<T>()) { IsColumns = true };
}
