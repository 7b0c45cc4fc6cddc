using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The largest or the mean value under each window of an image.</summary>
internal sealed unsafe class PoolingLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PoolingKind _kind;
    private readonly Window _window;
    private LayerMemory<T> _memory = null!;
    private T* _output;
    private T* _inputGradient;
    private int* _places;

    public PoolingLayer(PoolingSpec spec, in LayerPlace place)
        : base(place.Input, OutputOf(spec, place.Input))
    {
        _kind = spec.Kind;
        _window = WindowOf(spec, Input) with { PlaneStride = Input.Stride<T>() };
    }

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        var outputs = memory.Capacity * Output.Length<T>();
        _output = memory.TakeValues(outputs);
        if (_kind == PoolingKind.Max)
            _places = memory.TakeIntegers(outputs);
        if (memory.Trains)
            _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        var planes = pass.Samples * Input.Planes;
        if (_kind == PoolingKind.Max)
            _memory.Kernels.MaxPool(input, planes, _window, _output, Output.Stride<T>(), _places);
        else
            _memory.Kernels.MeanPool(input, planes, _window, _output, Output.Stride<T>());
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        int planes = pass.Samples * Input.Planes, stride = Output.Stride<T>();
        if (_kind == PoolingKind.Max)
            _memory.Kernels.MaxPoolGradient(gradient, stride, _places, planes, _window, _inputGradient);
        else
            _memory.Kernels.MeanPoolGradient(gradient, stride, planes, _window, _inputGradient);
        return _inputGradient;
    }

    private static Window WindowOf(PoolingSpec spec, TensorShape input) => new(
        input.Planes, input.Height, input.Width, 0, spec.Size, spec.Stride == 0 ? spec.Size : spec.Stride, 0);

    private static TensorShape OutputOf(PoolingSpec spec, TensorShape input)
    {
        if (input.Kind != ShapeKind.Image)
            throw new ArgumentException($"Pooling takes an image, not {input}. Put an image layer before it.");
        if (spec.Size > Math.Min(input.Height, input.Width))
            throw new ArgumentException($"A pooling window of {spec.Size} exceeds {input}.");
        var window = WindowOf(spec, input);
        return TensorShape.Image(input.Planes, window.OutputHeight, window.OutputWidth);
    }
}
