using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Which centre is nearest, as zeros and a one: argmax over j of x·cⱼ - ‖cⱼ‖² / 2.</summary>
internal sealed unsafe class NearestCentreLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _units;
    private readonly TensorPlace _centres;
    private LayerMemory<T> _memory = null!;
    private T* _halfNorms;
    private T* _output;
    private T* _inputGradient;

    public NearestCentreLayer(NearestCentreSpec spec, in LayerPlace place)
        : base(place.Input, TensorShape.Vector(spec.Units))
    {
        if (place.Input.Kind != ShapeKind.Vector)
            throw new ArgumentException($"Centres lie among vectors, not {place.Input}. Flatten it.");
        _units = spec.Units;
        _centres = place.Plan.Rows($"{place.Name}.centres", [spec.Units, place.Input.Width], spec.Units,
            place.Input.Width, InitialValues.Normal(1));
    }

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _halfNorms = memory.Take(_units);
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
        if (memory.Trains)
            _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        int stride = Input.Stride<T>(), outputStride = Output.Stride<T>();
        var centres = _memory.Weights(_centres);
        _memory.Kernels.HalfSquares(centres, _units, stride, _halfNorms);
        _memory.Kernels.Multiply(new DotProduct<T>
        {
            Rows = pass.Samples,
            Columns = _units,
            Depth = stride,
            A = input,
            RowStrideA = stride,
            B = centres,
            RowStrideB = stride,
            C = _output,
            RowStrideC = outputStride,
            Scale = T.One,
            Pairs = 1,
        });
        _memory.Kernels.MarkLargest(_output, _halfNorms, pass.Samples, outputStride, _units);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        // A step function: flat wherever it has a derivative.
        _memory.Kernels.Clear(_memory.GradientOf(_centres), _centres.Range.Length);
        _memory.Kernels.Clear(_inputGradient, pass.Samples * Input.Length<T>());
        return _inputGradient;
    }
}
