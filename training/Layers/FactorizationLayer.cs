using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// A factorization machine per output, in linear time: Rendle 2010, lemma 3.1. With s = x V and q = x² V², the pairs
/// give ½ Σ (s² - q).
/// </summary>
internal sealed unsafe class FactorizationLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _units;
    private readonly int _factorStride;
    private readonly int _columns;             // of the factors: units * factor stride
    private readonly TensorPlace _factors, _bias;
    private readonly DenseWeights<T> _linear;
    private readonly DenseWeights<T> _sums;
    private readonly bool _wantsInputGradient;
    private LayerMemory<T> _memory = null!;
    private T* _input, _inputSquares, _factorSquares, _output;
    private T* _sum, _square;                  // [samples, columns]: s and q, then their gradients
    private T* _factorGradient;
    private T* _inputGradient, _squareGradient;

    public FactorizationLayer(FactorizationLayerSpec spec, in LayerPlace place)
        : base(place.Input, TensorShape.Vector(spec.Units))
    {
        if (place.Input.Kind != ShapeKind.Vector)
            throw new ArgumentException($"A factorization machine takes a vector, not {place.Input}. Flatten it.");
        var inputs = Input.Width;
        _units = spec.Units;
        _wantsInputGradient = place.WantsInputGradient;
        _factorStride = Panels<T>.RoundUp(spec.Factors);
        _columns = checked(spec.Units * _factorStride);
        var linear = place.Plan.Panels($"{place.Name}.weight", spec.Units, inputs, InitialValues.Zero);
        _bias = place.Plan.Vector($"{place.Name}.bias", spec.Units, InitialValues.Zero);
        _factors = place.Plan.Panels($"{place.Name}.factors", spec.Units * spec.Factors, inputs,
            InitialValues.Normal(0.01), width: _columns, rowGroups: (spec.Factors, _factorStride));
        _linear = new DenseWeights<T>(linear, inputs, Output.Stride<T>(), spec.Units);
        _sums = new DenseWeights<T>(_factors, inputs, _columns, _columns);
    }

    public override bool Learns => true;

    private nint FactorLength => _factors.Range.Length;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _linear.Allocate(memory, memory.Capacity);
        _sums.Allocate(memory, memory.Capacity);
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
        _inputSquares = memory.Take(memory.Capacity * Input.Length<T>());
        _factorSquares = memory.Take(FactorLength);
        _sum = memory.Take((long)memory.Capacity * _columns);
        _square = memory.Take((long)memory.Capacity * _columns);
        if (!memory.Trains)
            return;
        _factorGradient = memory.Take(FactorLength);
        if (!_wantsInputGradient)
            return;
        _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
        _squareGradient = memory.Take(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        var rows = pass.Samples;
        var kernels = _memory.Kernels;
        _linear.Multiply(input, Input.Stride<T>(), rows, _memory.Weights(_bias), _output, relu: false);
        _sums.Multiply(input, Input.Stride<T>(), rows, null, _sum, relu: false);
        kernels.Square(input, _inputSquares, rows * Input.Length<T>());
        kernels.Square(_memory.Weights(_factors), _factorSquares, FactorLength);
        _sums.Multiply(_inputSquares, Input.Stride<T>(), rows, _factorSquares, null, _square, relu: false);
        kernels.Pairs(_sum, _square, rows, _columns, _units, _factorStride, _output, Output.Stride<T>());
        return _output;
    }

    /// <summary>
    /// With d the gradient by the output: dV = xᵀ (d s) - V ⊙ (x²ᵀ d), and dx = (d s) Vᵀ - x ⊙ (d V²ᵀ).
    /// </summary>
    public override T* Backward(T* gradient, in LayerPass pass)
    {
        var rows = pass.Samples;
        var kernels = _memory.Kernels;
        _linear.WeightGradient(_input, Input.Stride<T>(), gradient, rows);
        kernels.ColumnSums(gradient, rows, Output.Stride<T>(), _memory.GradientOf(_bias));
        kernels.PairsGradient(gradient, Output.Stride<T>(), rows, _columns, _units, _factorStride, _sum, _square);
        _sums.WeightGradient(_input, Input.Stride<T>(), _sum, rows);
        // _square holds -d, which makes the second part a sum.
        _sums.WeightGradient(_inputSquares, Input.Stride<T>(), _square, rows, _factorGradient);
        kernels.Multiply(_factorGradient, _memory.Weights(_factors), FactorLength);
        kernels.Add(_memory.GradientOf(_factors), _factorGradient, FactorLength);
        if (_inputGradient == null)
            return null;
        InputGradient(gradient, rows);
        return _inputGradient;
    }

    private void InputGradient(T* gradient, int rows)
    {
        var kernels = _memory.Kernels;
        var count = rows * Input.Length<T>();
        // x ⊙ (-d V²ᵀ) first, then the two parts that are plain products.
        _sums.InputGradient(_square, rows, _factorSquares, _squareGradient, Input.Stride<T>());
        kernels.Multiply(_squareGradient, _input, count);
        _sums.InputGradient(_sum, rows, _inputGradient, Input.Stride<T>());
        kernels.Add(_squareGradient, _inputGradient, count);
        _linear.InputGradient(gradient, rows, _inputGradient, Input.Stride<T>());
        kernels.Add(_inputGradient, _squareGradient, count);
    }
}
