using System.Diagnostics;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A function of every unit, in place where nobody needs the input any more.</summary>
internal sealed unsafe class ActivationLayer<T>(Activation function, in LayerPlace place)
    : Layer<T>(place.Input, place.Input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _inPlace = place.MayOverwriteInput;
    private LayerMemory<T> _memory = null!;
    private T* _output;
    private T* _derivative;

    public override bool KeepsOutput => function == Activation.Relu;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        var length = memory.Capacity * Input.Length<T>();
        if (!_inPlace)
            _output = memory.TakeValues(length);
        if (memory.Trains && function != Activation.Relu)
            _derivative = memory.TakeValues(length);
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        var count = pass.Samples * Input.Length<T>();
        if (_inPlace)
            _output = input;
        else
            _memory.Kernels.Copy(input, _output, count);
        var derivative = pass.Trains ? _derivative : null;
        switch (function)
        {
            case Activation.Relu:
                _memory.Kernels.Relu(_output, count);
                break;
            case Activation.Tanh:
                _memory.Kernels.Tanh(_output, derivative, count);
                break;
            case Activation.Gelu:
                _memory.Kernels.Gelu(_output, derivative, count);
                break;
            case Activation.Sigmoid:
                _memory.Kernels.Sigmoid(_output, derivative, count);
                break;
            case Activation.Silu:
                _memory.Kernels.Silu(_output, derivative, count);
                break;
            default:
                throw new UnreachableException($"Unhandled activation {function}.");
        }
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        var count = pass.Samples * Input.Length<T>();
        if (function == Activation.Relu)
            _memory.Kernels.MaskRelu(gradient, _output, T.One, count);
        else
            _memory.Kernels.Multiply(gradient, _derivative, count);
        return gradient;
    }
}
