using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Drops units in training; passes everything on in prediction.</summary>
internal sealed unsafe class DropoutLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _probability;
    private readonly int _number;
    private readonly bool _inPlace;
    private readonly UnitSlice? _units;     // of each plane, where ranks divide them
    private LayerMemory<T> _memory = null!;
    private T* _output;
    private T* _factors;

    public DropoutLayer(DropoutSpec spec, in LayerPlace place)
        : base(place.Input, place.Input)
    {
        _probability = spec.Probability;
        _number = place.Plan.NextMask();
        // Even a ReLU's output may be overwritten: what it looks at, which units are above 0, stays for all units
        // that pass on a gradient.
        _inPlace = place.MayOverwriteInput;
        _units = place.From;
    }

    private int WholeStride => Panels<T>.RoundUp(_units?.Whole ?? Input.PlaneSize);

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        if (!memory.Trains)
            return;
        _factors = memory.Take(memory.Capacity * Input.Length<T>());
        if (!_inPlace)
            _output = memory.TakeValues(memory.Capacity * Input.Length<T>());
        if (_units is not null)
            memory.NeedTemporary((long)memory.Capacity * Input.Planes * WholeStride);
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        if (pass.Mask is not { } mask || _probability == 0)
            return input;
        TakeFactors(mask, pass.Samples);
        var count = pass.Samples * Input.Length<T>();
        if (!_inPlace)
            _memory.Kernels.Copy(input, _output, count);
        var output = _inPlace ? input : _output;
        _memory.Kernels.Multiply(output, _factors, count);
        return output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        if (_probability > 0)
            _memory.Kernels.Multiply(gradient, _factors, pass.Samples * Input.Length<T>());
        return gradient;
    }

    private void TakeFactors(DropoutMask mask, int samples)
    {
        if (_units is not { } units)
        {
            _memory.Kernels.Dropout(mask, _number, _probability, samples, Input.Planes, Input.PlaneSize,
                Input.Stride<T>(), _factors);
            return;
        }
        // All units' factors, of which the own are taken: the same units are dropped whoever has them.
        _memory.Kernels.Dropout(mask, _number, _probability, samples, Input.Planes, units.Whole, WholeStride,
            _memory.Temporary);
        var whole = new RowPlaces((nint)Input.Planes * WholeStride, WholeStride);
        var own = new RowPlaces(Input.Length<T>(), Input.Stride<T>());
        _memory.Kernels.CopyRows(
            _memory.Temporary + units.Start, whole, _factors, own, samples, Input.Planes, units.Count);
    }
}
