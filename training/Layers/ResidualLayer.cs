using System.Numerics;

namespace TuneGraph.Training;

/// <summary>x + layers(x).</summary>
internal sealed unsafe class ResidualLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SequentialLayer<T> _branch;
    private readonly bool _wantsInputGradient;
    private LayerMemory<T> _memory = null!;
    private T* _sum;
    private T* _direct;

    public ResidualLayer(ResidualSpec spec, in LayerPlace place)
        : base(place.Input, place.Input)
    {
        _branch = SequentialLayer<T>.Of(spec.Layers, place with { MayOverwriteInput = false });
        _wantsInputGradient = place.WantsInputGradient;
        if (_branch.Output != place.Input)
        {
            throw new ArgumentException(
                $"A residual's layers must keep the shape; they turn {place.Input} into {_branch.Output}.");
        }
    }

    public override bool Learns => _branch.Learns;

    public override long Work => _branch.Work + Output.Size;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _branch.Allocate(memory);
        _sum = memory.TakeValues(memory.Capacity * Input.Length<T>());
        if (memory.Trains)
            _direct = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        var count = pass.Samples * Input.Length<T>();
        _memory.Kernels.Copy(input, _sum, count);
        _memory.Kernels.Add(_sum, _branch.Forward(input, pass), count);
        return _sum;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        var count = pass.Samples * Input.Length<T>();
        _memory.Kernels.Copy(gradient, _direct, count);
        var through = _branch.Backward(gradient, pass);
        if (!_wantsInputGradient)
            return null;
        _memory.Kernels.Add(_direct, through, count);
        return _direct;
    }
}
