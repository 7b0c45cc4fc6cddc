using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Turns each feature into a token of its own.</summary>
internal sealed unsafe class FeatureTokensLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorPlace _weights;
    private readonly TensorPlace _biases;
    private readonly bool _wantsInputGradient;
    private LayerMemory<T> _memory = null!;
    private T* _input;
    private T* _output;
    private T* _inputGradient;

    public FeatureTokensLayer(FeatureTokensSpec spec, in LayerPlace place)
        : base(place.Input, TensorShape.Sequence(place.Input.Width, spec.Width))
    {
        if (place.Input.Kind != ShapeKind.Vector)
            throw new ArgumentException($"Feature tokens are made of a vector, not of {place.Input}.");
        _wantsInputGradient = place.WantsInputGradient;
        int tokens = Output.Planes, width = spec.Width;
        var initial = InitialValues.Uniform(1 / Math.Sqrt(width));
        _weights = place.Plan.Rows($"{place.Name}.weight", [tokens, width], tokens, width, initial);
        _biases = place.Plan.Rows($"{place.Name}.bias", [tokens, width], tokens, width, initial);
    }

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
        if (memory.Trains && _wantsInputGradient)
            _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        _memory.Kernels.Spread(input, pass.Samples, Input.Stride<T>(), Output.Planes, _memory.Weights(_weights),
            _memory.Weights(_biases), Output.Stride<T>(), _output);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        _memory.Kernels.SpreadGradient(_input, pass.Samples, Input.Stride<T>(), Output.Planes, gradient,
            _memory.Weights(_weights), Output.Stride<T>(), _memory.GradientOf(_weights),
            _memory.GradientOf(_biases), _inputGradient);
        return _inputGradient;
    }
}
