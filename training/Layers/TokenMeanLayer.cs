using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The mean of all tokens.</summary>
internal sealed unsafe class TokenMeanLayer<T>(in LayerPlace place)
    : Layer<T>(place.Input, TensorShape.Vector(place.Input.Width))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private LayerMemory<T> _memory = null!;
    private T* _output;
    private T* _inputGradient;

    public override void Allocate(LayerMemory<T> memory)
    {
        if (Input.Kind != ShapeKind.Sequence)
            throw new ArgumentException($"The mean of tokens takes a sequence, not {Input}.");
        _memory = memory;
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
        if (memory.Trains)
            _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _memory.Kernels.TokenMean(input, pass.Samples, Input.Planes, Input.Stride<T>(), _output);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        _memory.Kernels.TokenMeanGradient(gradient, pass.Samples, Input.Planes, Input.Stride<T>(), _inputGradient);
        return _inputGradient;
    }
}
