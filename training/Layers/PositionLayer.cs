using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Adds a learned vector to every token, by its position.</summary>
internal sealed unsafe class PositionLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorPlace _positions;
    private LayerMemory<T> _memory = null!;
    private T* _output;

    public PositionLayer(in LayerPlace place)
        : base(place.Input, place.Input)
    {
        if (place.Input.Kind != ShapeKind.Sequence)
            throw new ArgumentException($"Positions are those of a sequence, not of {place.Input}.");
        _positions = place.Plan.Rows($"{place.Name}.weight", [Input.Planes, Input.Width], Input.Planes, Input.Width,
            InitialValues.Normal(0.02));
    }

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _output = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _memory.Kernels.Copy(input, _output, pass.Samples * Input.Length<T>());
        _memory.Kernels.AddToRows(_output, _memory.Weights(_positions), pass.Samples, (int)Input.Length<T>());
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        _memory.Kernels.ColumnSums(
            gradient, pass.Samples, (int)Input.Length<T>(), _memory.GradientOf(_positions));
        return gradient;
    }
}
