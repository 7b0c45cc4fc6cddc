using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Normalises each vector or token over its width.</summary>
internal sealed unsafe class LayerNormLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _epsilon;
    private readonly TensorPlace _gamma;
    private readonly TensorPlace _beta;
    private LayerMemory<T> _memory = null!;
    private T* _input;
    private T* _output;
    private T* _moments;

    public LayerNormLayer(LayerNormSpec spec, in LayerPlace place)
        : base(place.Input, place.Input)
    {
        if (place.Input.Kind == ShapeKind.Image)
            throw new ArgumentException($"Layer norm takes a vector or a sequence, not {place.Input}. Use batch norm.");
        _epsilon = spec.Epsilon;
        _gamma = place.Plan.Vector($"{place.Name}.weight", Input.Width, InitialValues.One);
        _beta = place.Plan.Vector($"{place.Name}.bias", Input.Width, InitialValues.Zero);
    }

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _output = memory.TakeValues(memory.Capacity * Input.Length<T>());
        _moments = memory.Take(2L * memory.Capacity * Input.Planes);
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        _memory.Kernels.LayerNorm(input, pass.Samples * Input.Planes, Input.Width, Input.Stride<T>(),
            _memory.Exact(_gamma), _memory.Exact(_beta), _epsilon, _output, _moments);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        _memory.Kernels.LayerNormGradient(gradient, _input, pass.Samples * Input.Planes, Input.Width,
            Input.Stride<T>(), _memory.Exact(_gamma), _moments, _memory.GradientOf(_gamma),
            _memory.GradientOf(_beta));
        return gradient;
    }
}
