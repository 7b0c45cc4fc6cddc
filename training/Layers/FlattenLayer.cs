using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Between a vector and planes, both ways: only the filling differs, so mostly nothing has to move.</summary>
internal sealed unsafe class FlattenLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _moves;
    private LayerMemory<T> _memory = null!;
    private T* _output;
    private T* _inputGradient;

    private FlattenLayer(TensorShape input, TensorShape output)
        : base(input, output)
    {
        // The lengths agree when planes need no filling, or when there is but one.
        _moves = Input.Planes != Output.Planes && Math.Max(Input.Planes, Output.Planes) > 1
            && Math.Min(Input.PlaneSize, Output.PlaneSize) % Panels<T>.Width != 0;
    }

    public override bool KeepsOutput => !_moves;

    public static FlattenLayer<T> ToVector(in LayerPlace place)
    {
        if (place.Input.Size > LayerSpec.MaxWidth * 64L)
            throw new ArgumentException($"{place.Input} is too large to flatten.");
        return new FlattenLayer<T>(place.Input, TensorShape.Vector((int)place.Input.Size));
    }

    public static FlattenLayer<T> ToImage(ImageSpec spec, in LayerPlace place)
    {
        var size = (long)spec.Channels * spec.Height * spec.Width;
        if (place.Input.Kind != ShapeKind.Vector || place.Input.Size != size)
        {
            throw new ArgumentException($"An image of {spec.Channels} x {spec.Height} x {spec.Width} takes a vector of "
                + $"{size} features, not {place.Input}.");
        }
        return new FlattenLayer<T>(place.Input, TensorShape.Image(spec.Channels, spec.Height, spec.Width));
    }

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        if (!_moves)
            return;
        _output = memory.TakeValues(memory.Capacity * Output.Length<T>());
        if (memory.Trains)
            _inputGradient = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        if (!_moves)
            return input;
        Move(input, Input, _output, Output, pass.Samples);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        if (!_moves)
            return gradient;
        Move(gradient, Output, _inputGradient, Input, pass.Samples);
        return _inputGradient;
    }

    private void Move(T* source, TensorShape from, T* target, TensorShape to, int samples)
    {
        var (planes, size) = from.Planes > to.Planes ? (from.Planes, from.PlaneSize) : (to.Planes, to.PlaneSize);
        nint step = from.Planes == 1 ? size : from.Stride<T>(), stepTo = to.Planes == 1 ? size : to.Stride<T>();
        _memory.Kernels.CopyRows(source, new RowPlaces(from.Length<T>(), step), target,
            new RowPlaces(to.Length<T>(), stepTo), samples, planes, size);
    }
}
