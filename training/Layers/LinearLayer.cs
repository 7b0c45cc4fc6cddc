using System.Numerics;

namespace TuneGraph.Training;

/// <summary>x Wᵀ + b over the last dimension, and ReLU in the same pass if that follows.</summary>
internal sealed unsafe class LinearLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DenseWeights<T> _weights;
    private readonly TensorPlace _bias;
    private readonly bool _relu;
    private readonly bool _wantsInputGradient;
    private LayerMemory<T> _memory = null!;
    private T* _input;
    private T* _output;
    private T* _inputGradient;

    public LinearLayer(LinearSpec spec, in LayerPlace place)
        : base(place.Input, place.Input with { Width = spec.Units })
    {
        if (place.Input.Kind == ShapeKind.Image)
            throw new ArgumentException($"A linear layer takes a vector or a sequence, not {place.Input}. Flatten it.");
        int inputs = place.Input.PlaneSize, columns = Output.Stride<T>();
        var initial = InitialValues.Fan(inputs, spec.Units, place.Next);
        var weight = place.Plan.Panels($"{place.Name}.weight", spec.Units, inputs, initial);
        _weights = new DenseWeights<T>(weight, inputs, columns, spec.Units);
        _bias = place.Plan.Vector($"{place.Name}.bias", spec.Units, InitialValues.Zero);
        _relu = place.Next == Activation.Relu;
        _wantsInputGradient = place.WantsInputGradient;
    }

    public override bool KeepsOutput => _relu;

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _weights.Allocate(memory, (long)memory.Capacity * Input.Planes);
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
        if (memory.Trains && _wantsInputGradient)
            _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        _weights.Multiply(
            input, Input.Stride<T>(), pass.Samples * Input.Planes, _memory.Weights(_bias), _output, _relu);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        var rows = pass.Samples * Input.Planes;
        if (_relu)
            _memory.Kernels.MaskRelu(gradient, _output, T.One, (nint)rows * Output.Stride<T>());
        // The bias lies behind the weights: done first, it lets blocks of the weights be told of as they come.
        _memory.Kernels.ColumnSums(gradient, rows, Output.Stride<T>(), _memory.GradientOf(_bias));
        _weights.WeightGradientInBlocks(_input, Input.Stride<T>(), gradient, rows);
        if (_inputGradient != null)
            _weights.InputGradient(gradient, rows, _inputGradient, Input.Stride<T>());
        return _inputGradient;
    }
}
