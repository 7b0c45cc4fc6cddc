using System.Collections.Immutable;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Layers one after the other.</summary>
internal sealed unsafe class SequentialLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImmutableArray<Layer<T>> _layers;
    private readonly ImmutableArray<int> _starts;       // of the layers' parameters in the arena
    private LayerMemory<T> _memory = null!;

    private SequentialLayer(ImmutableArray<Layer<T>> layers, ImmutableArray<int> starts, TensorShape input)
        : base(input, layers.IsEmpty ? input : layers[^1].Output)
    {
        _layers = layers;
        _starts = starts;
    }

    public override bool KeepsOutput => _layers.IsEmpty || _layers[^1].KeepsOutput;

    public override bool TakesIndices => !_layers.IsEmpty && _layers[0].TakesIndices;

    public override bool Learns => _layers.Any(layer => layer.Learns);

    public override long Work => _layers.Sum(layer => layer.Work);

    /// <summary>What can be given to one rank or another, in order.</summary>
    public ImmutableArray<LayerPart> Parts { get; private init; }

    /// <summary>
    /// Makes the layers; a linear layer or convolution takes a ReLU after it into its own pass. Where ranks divide
    /// layers, they divide pairs of linear ones with nothing but functions of single units between.
    /// </summary>
    /// <param name="specs">The layers.</param>
    /// <param name="place">Their place.</param>
    /// <param name="held">Which of them this rank has, as places in the list; null for all.</param>
    public static SequentialLayer<T> Of(ImmutableArray<LayerSpec> specs, in LayerPlace place, Range? held = null)
    {
        var layers = ImmutableArray.CreateBuilder<Layer<T>>();
        var starts = ImmutableArray.CreateBuilder<int>();
        var parts = new List<LayerPart>();
        var current = place;
        var input = place.Input;
        var pair = new LayerPair(0, 0);
        var kept = !place.MayOverwriteInput;
        for (var i = 0; i < specs.Length; i++)
        {
            var next = i + 1 < specs.Length ? specs[i + 1] as ActivationSpec : null;
            if (i >= pair.End)
                pair = LayerPair.At(specs, i, place.Part);
            current = pair.Divide(current, specs, i) with { Name = $"{place.Name}.{i}", Next = next?.Function };
            var holds = Holds(held, i, specs.Length);
            place.Plan.Holds &= holds;
            if (holds && layers.Count == 0)
                input = current.Input;
            var start = place.Plan.StartLayer();
            var layer = LayerFactory<T>.Make(specs[i], current);
            place.Plan.Holds |= held is not null;
            if (pair.Start < i && i < pair.End)
                parts[^1] = parts[^1].With(layer.Work, layer.Learns);
            else
                parts.Add(new LayerPart(i, layer.Work, layer.Learns));
            if (holds)
            {
                layers.Add(layer);
                starts.Add(start);
            }
            if (specs[i] is LinearSpec or ConvolutionSpec && next?.Function == Activation.Relu && current.From is null)
                i++;
            // What dropout gives may be its own input still, which the layer before may need.
            kept = layer is DropoutLayer<T> ? kept : layer.KeepsOutput;
            current = current with
            {
                Input = layer.Output,
                WantsInputGradient = current.WantsInputGradient || layer.Learns,
                MayOverwriteInput = !kept || (layer.KeepsOutput && i + 1 < specs.Length && specs[i + 1] is DropoutSpec),
            };
        }
        place.Plan.StartLayer();
        return new SequentialLayer<T>(layers.ToImmutable(), starts.ToImmutable(), input) { Parts = [.. parts] };
    }

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        foreach (var layer in _layers)
            layer.Allocate(memory);
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        foreach (var layer in _layers)
            input = layer.Forward(input, pass);
        return input;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        for (var i = _layers.Length - 1; i >= 0 && gradient != null; i--)
        {
            gradient = _layers[i].Backward(gradient, pass);
            if (_layers[i].Learns)
                _memory.OnGradient?.Invoke(_starts[i]);
        }
        return gradient;
    }

    private static bool Holds(Range? held, int layer, int count) =>
        held is not { } range || (layer >= range.Start.GetOffset(count) && layer < range.End.GetOffset(count));
}
