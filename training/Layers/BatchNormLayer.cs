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
    private NativeArray<double> _sums = null!;     // per channel: two sums, and the count at the end
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
        _output = memory.Take(memory.Capacity * Input.Length<T>());
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
            TakeRunning();
        _memory.Kernels.ChannelAffine(input, _center, _shift, _memory.Weights(_beta), view, _output);
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
        T* gammaGradient = _memory.GradientOf(_gamma), betaGradient = _memory.GradientOf(_beta);
        for (var c = 0; c < _channels; c++)
        {
            betaGradient[c] = T.CreateTruncating(sums[c]);
            gammaGradient[c] = T.CreateTruncating(products[c] * double.CreateTruncating(_factor[c]));
        }
        var count = Exchange(view);
        var gamma = _memory.Weights(_gamma);
        for (var c = 0; c < _channels; c++)
        {
            double inverse = double.CreateTruncating(_factor[c]), scale = double.CreateTruncating(gamma[c]) * inverse;
            _shift[c] = T.CreateTruncating(scale);
            _slope[c] = T.CreateTruncating(-scale * inverse * inverse * products[c] / count);
            sums[c] = -scale * sums[c] / count;
        }
        // The means of the gradient take the place of the factors, which are used up.
        for (var c = 0; c < _channels; c++)
            _factor[c] = T.CreateTruncating(sums[c]);
        _memory.Kernels.ChannelCombine(gradient, _input, _center, _shift, _slope, _factor, view);
        return gradient;
    }

    private void MeasureBatch(T* input, in ChannelView view)
    {
        double* sums = _sums.Pointer, squares = sums + _channels;
        _memory.Kernels.ChannelSums(input, view, sums);
        new Span<double>(squares, _channels).Clear();
        var count = Exchange(view);
        for (var c = 0; c < _channels; c++)
            _center[c] = T.CreateTruncating(sums[c] / count);
        new Span<double>(sums, _channels).Clear();
        _memory.Kernels.ChannelCenteredSums(input, _center, null, view, squares);
        Exchange(view);
        T* gamma = _memory.Weights(_gamma), mean = _memory.Statistic(_mean), running = _memory.Statistic(_variance);
        // A pass without samples, as the last ones of a short batch may be, tells nothing about the data.
        var momentum = T.CreateTruncating(_sums.Span[^1] == 0 ? 0 : _spec.Momentum);
        for (var c = 0; c < _channels; c++)
        {
            var variance = squares[c] / count;
            _factor[c] = T.CreateTruncating(1 / Math.Sqrt(variance + _spec.Epsilon));
            _shift[c] = _factor[c] * gamma[c];
            mean[c] += momentum * (_center[c] - mean[c]);
            var unbiased = T.CreateTruncating(squares[c] / Math.Max(1, count - 1));
            running[c] += momentum * (unbiased - running[c]);
        }
    }

    private void TakeRunning()
    {
        T* gamma = _memory.Weights(_gamma), mean = _memory.Statistic(_mean), running = _memory.Statistic(_variance);
        for (var c = 0; c < _channels; c++)
        {
            _center[c] = mean[c];
            _shift[c] = gamma[c] / T.Sqrt(running[c] + T.CreateTruncating(_spec.Epsilon));
        }
    }

    /// <summary>
    /// Sums up over the ranks; returns the values per channel in the whole batch, or 1 when no rank has any.
    /// </summary>
    private double Exchange(in ChannelView view)
    {
        var count = (double)view.Samples * view.Size;
        _sums.Span[^1] = count;
        if (_memory.Group is null)
            return Math.Max(1, count);
        var sums = _sums.Span;
        _memory.Group.AllReduce(sums);
        return Math.Max(1, sums[^1]);
    }

    private ChannelView View(int samples) => Input.Kind == ShapeKind.Image
        ? new ChannelView(samples, _channels, Input.PlaneSize, Input.Stride<T>())
        : new ChannelView(samples, _channels, 1, Input.Stride<T>()) { IsColumns = true };
}
