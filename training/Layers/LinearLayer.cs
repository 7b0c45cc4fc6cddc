using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// x Wᵀ + b over the last dimension, and ReLU in the same pass if that follows. Of a pair that ranks divide (Shoeybi et
/// al. 2019, arXiv:1909.08053, section 3), the first has some of the units, and sums the gradient by its input over the
/// ranks; the second has the inputs that these are, and sums its output.
/// </summary>
internal sealed unsafe class LinearLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DenseWeights<T> _weights;
    private readonly TensorPlace _bias;
    private readonly bool _relu;
    private readonly bool _wantsInputGradient;
    private readonly bool _sumsOutput;          // of the ranks that divide its inputs
    private readonly bool _sumsInputGradient;   // of the ranks that divide its units
    private readonly bool _addsBias;
    private LayerMemory<T> _memory = null!;
    private T* _input;
    private T* _output;
    private T* _inputGradient;

    public LinearLayer(LinearSpec spec, in LayerPlace place)
        : base(place.Input, place.Input with { Width = place.Into?.Count ?? spec.Units })
    {
        if (place.Input.Kind == ShapeKind.Image)
            throw new ArgumentException($"A linear layer takes a vector or a sequence, not {place.Input}. Flatten it.");
        int inputs = place.Input.PlaneSize, units = Output.Width, columns = Output.Stride<T>();
        var wholeInputs = place.From?.Whole ?? inputs;
        var initial = InitialValues.Fan(wholeInputs, spec.Units, place.Next);
        var isPart = place.Into is not null || place.From is not null;
        var rows = IndexSlice.From(place.Into?.Start ?? 0);
        var slice = new TensorSlice(rows, IndexSlice.From(place.From?.Start ?? 0), wholeInputs);
        var weight = place.Plan.Panels(
            $"{place.Name}.weight", units, inputs, initial, part: isPart ? (slice, spec.Units) : null);
        _weights = new DenseWeights<T>(weight, inputs, columns, units);
        _bias = place.Plan.Vector($"{place.Name}.bias", units, InitialValues.Zero,
            slice: place.Into is null ? null : new TensorSlice(IndexSlice.All, rows, spec.Units));
        _relu = place.Next == Activation.Relu && place.From is null;
        _wantsInputGradient = place.WantsInputGradient;
        (_sumsOutput, _sumsInputGradient) = (place.From is not null, place.Into is not null);
        _addsBias = !_sumsOutput || place.Part!.Value.Rank == 0;
    }

    public override bool KeepsOutput => _relu;

    public override bool Learns => true;

    public override long Work => Input.Size * Output.Width;

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
        var bias = _addsBias ? _memory.Weights(_bias) : null;
        _weights.Multiply(input, Input.Stride<T>(), pass.Samples * Input.Planes, bias, _output, _relu);
        if (_sumsOutput)
            _memory.SumOverParts(_output, pass.Samples * Output.Length<T>());
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
        if (_inputGradient != null && _sumsInputGradient)
            _memory.SumOverParts(_inputGradient, pass.Samples * Input.Length<T>());
        return _inputGradient;
    }
}
