using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Looks the features up in a table.</summary>
internal sealed unsafe class EmbeddingLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _count;
    private readonly TensorPlace _table;
    private LayerMemory<T> _memory = null!;
    private T* _input;
    private T* _output;

    public EmbeddingLayer(EmbeddingSpec spec, in LayerPlace place)
        : base(place.Input, TensorShape.Sequence(place.Input.Width, spec.Width))
    {
        if (place.Input.Kind != ShapeKind.Vector || place.WantsInputGradient)
            throw new ArgumentException("An embedding takes the features themselves, so it stands first.");
        _count = spec.Count;
        _table = place.Plan.Rows($"{place.Name}.weight", [spec.Count, spec.Width], spec.Count, spec.Width,
            InitialValues.Normal(1 / Math.Sqrt(spec.Width)));
    }

    public override bool TakesIndices => true;

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        _memory.Kernels.Gather(input, pass.Samples, Input.Stride<T>(), Output.Planes, _memory.Weights(_table), _count,
            Output.Stride<T>(), _output);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        _memory.Kernels.ScatterAdd(_input, pass.Samples, Input.Stride<T>(), Output.Planes, gradient, _count,
            Output.Stride<T>(), _memory.GradientOf(_table));
        return null;
    }
}
