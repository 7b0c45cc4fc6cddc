using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// A convolution as products of the filters with unfolded images, a few images at a time so that their columns stay in
/// the second-level cache, and ReLU in the same pass if that follows.
/// </summary>
internal sealed unsafe class ConvolutionLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Bytes of columns unfolded at a time for a cache, and for kernels that like large calls.</summary>
    private const long ColumnBytes = 384 << 10, LargeColumnBytes = 256 << 20;

    /// <summary>Images that each of several threads takes at a time: waking them costs more than one.</summary>
    private const int ImagesPerThread = 4;

    private readonly Window _window;
    private readonly TensorPlace _weights;
    private readonly TensorPlace _bias;
    private readonly bool _relu;
    private readonly bool _wantsInputGradient;
    private readonly int _places;          // of the window, filled up to whole panels
    private readonly int _columnStride;
    private readonly int _weightStride;
    private int _forwardGroup;             // images unfolded at a time, forward
    private int _group;                    // and backward
    private LayerMemory<T> _memory = null!;
    private T* _input;
    private T* _output;
    private T* _inputGradient;

    public ConvolutionLayer(ConvolutionSpec spec, in LayerPlace place)
        : base(place.Input, OutputOf(spec, place.Input))
    {
        _window = new Window(Input.Planes, Input.Height, Input.Width, Input.Stride<T>(),
            spec.Kernel, spec.Stride, spec.Padding);
        int depth = _window.Depth, area = spec.Kernel * spec.Kernel;
        _places = Output.Stride<T>();
        // A stride that is no large power of two: else all rows would fall on the same lines of the cache.
        _columnStride = _places + Panels<T>.Width;
        _weightStride = Panels<T>.RoundUp(depth);
        _relu = place.Next == Activation.Relu;
        _wantsInputGradient = place.WantsInputGradient;
        var initial = InitialValues.Fan(depth, spec.Channels * area, place.Next);
        _weights = place.Plan.Rows($"{place.Name}.weight",
            [spec.Channels, Input.Planes, spec.Kernel, spec.Kernel], spec.Channels, depth, initial);
        _bias = place.Plan.Vector($"{place.Name}.bias", spec.Channels, InitialValues.Zero);
    }

    public override bool KeepsOutput => _relu;

    public override bool Learns => true;

    public override long Work => Output.Size * _window.Depth;

    private nint ColumnsPerImage => (nint)_window.Depth * _columnStride;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
        var most = memory.Kernels.PrefersLargeCalls ? LargeColumnBytes : ColumnBytes;
        _group = (int)Math.Clamp(most / (ColumnsPerImage * sizeof(T)), 1, memory.Capacity);
        var threads = memory.Kernels.Threads;
        _forwardGroup = memory.Kernels.PrefersLargeCalls ? _group
            : threads > 1 ? Math.Min(memory.Capacity, ImagesPerThread * threads)
            : 1;
        memory.NeedTemporary(Math.Max(_group, _forwardGroup) * ColumnsPerImage);
        if (memory.Trains && _wantsInputGradient)
            _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        for (var first = 0; first < pass.Samples; first += _forwardGroup)
        {
            var images = Math.Min(_forwardGroup, pass.Samples - first);
            _memory.Kernels.Unfold(
                input + (first * Input.Length<T>()), images, _window, _memory.Temporary, _columnStride);
            _memory.Kernels.Multiply(new Product<T>
            {
                Rows = Output.Planes,
                Depth = _window.Depth,
                Columns = _places,
                A = _memory.Weights(_weights),
                RowStride = _weightStride,
                DepthStride = 1,
                B = _memory.Temporary,
                RowStrideB = _columnStride,
                C = _output + (first * Output.Length<T>()),
                RowStrideC = _places,
                PanelStrideC = Panels<T>.Width,
                RowBias = _memory.Weights(_bias),
                Relu = _relu,
            }, new Repeats(images, 1) { StepB = (ColumnsPerImage, 0), StepC = (Output.Length<T>(), 0) },
                _memory.Scratch);
        }
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        if (_relu)
            _memory.Kernels.MaskRelu(gradient, _output, T.One, pass.Samples * Output.Length<T>());
        _memory.Kernels.PlaneSums(gradient, pass.Samples, Output.Planes, _places, _memory.GradientOf(_bias));
        WeightGradient(gradient, pass.Samples);
        if (_inputGradient != null)
            InputGradient(gradient, pass.Samples);
        return _inputGradient;
    }

    private void WeightGradient(T* gradient, int samples)
    {
        for (var first = 0; first == 0 || first < samples; first += _group)
        {
            var images = Math.Min(_group, samples - first);
            _memory.Kernels.Unfold(
                _input + (first * Input.Length<T>()), images, _window, _memory.Temporary, _columnStride);
            _memory.Kernels.Multiply(new DotProduct<T>
            {
                Rows = Output.Planes,
                Columns = _window.Depth,
                Depth = _places,
                A = gradient + (first * Output.Length<T>()),
                RowStrideA = _places,
                B = _memory.Temporary,
                RowStrideB = _columnStride,
                C = _memory.GradientOf(_weights),
                RowStrideC = _weightStride,
                Scale = T.One,
                Pairs = images,
                PairStrideA = Output.Length<T>(),
                PairStrideB = ColumnsPerImage,
                Accumulate = first > 0,
            });
        }
    }

    private void InputGradient(T* gradient, int samples)
    {
        for (var first = 0; first < samples; first += _forwardGroup)
        {
            var images = Math.Min(_forwardGroup, samples - first);
            _memory.Kernels.Multiply(new Product<T>
            {
                Rows = _window.Depth,
                Depth = Output.Planes,
                Columns = _places,
                A = _memory.Weights(_weights),
                RowStride = 1,
                DepthStride = _weightStride,
                B = gradient + (first * Output.Length<T>()),
                RowStrideB = _places,
                C = _memory.Temporary,
                RowStrideC = _columnStride,
                PanelStrideC = Panels<T>.Width,
            }, new Repeats(images, 1) { StepB = (Output.Length<T>(), 0), StepC = (ColumnsPerImage, 0) },
                _memory.Scratch);
            _memory.Kernels.Fold(
                _memory.Temporary, _columnStride, images, _window, _inputGradient + (first * Input.Length<T>()));
        }
    }

    private static TensorShape OutputOf(ConvolutionSpec spec, TensorShape input)
    {
        if (input.Kind != ShapeKind.Image)
            throw new ArgumentException($"A convolution takes an image, not {input}. Put an image layer before it.");
        if (spec.Padding >= spec.Kernel)
        {
            throw new ArgumentException(
                $"A convolution's padding must be less than its kernel of {spec.Kernel}; it is {spec.Padding}.");
        }
        var window = new Window(
            input.Planes, input.Height, input.Width, 0, spec.Kernel, spec.Stride, spec.Padding);
        if (input.Height + (2 * spec.Padding) < spec.Kernel || input.Width + (2 * spec.Padding) < spec.Kernel)
            throw new ArgumentException($"A kernel of {spec.Kernel} with padding {spec.Padding} exceeds {input}.");
        return TensorShape.Image(spec.Channels, window.OutputHeight, window.OutputWidth);
    }
}
