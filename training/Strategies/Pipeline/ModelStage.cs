using System.Collections.Immutable;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Which layers a stage has, and how much of them is under way at once.</summary>
/// <param name="Layers">Places in the model's list.</param>
/// <param name="IsFirst">Whether it takes the features.</param>
/// <param name="IsLast">Whether it gives the outputs.</param>
/// <param name="Live">Micro-batches under way at most.</param>
/// <param name="Recompute">Whether only their inputs are kept, and their values computed again.</param>
/// <param name="Capacity">The most rows of a micro-batch.</param>
internal sealed record StageSpec(
    Range Layers, bool IsFirst, bool IsLast, int Live, bool Recompute, int Capacity);

/// <summary>Rows of one pass through a pipeline.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Data">Their set.</param>
/// <param name="Rows">Which of the set.</param>
/// <param name="Mask">Their place in the epoch; null in prediction.</param>
internal readonly record struct MicroBatch(int Number, Dataset Data, ReadOnlyMemory<int> Rows, DropoutMask? Mask)
{
    public int Count => Rows.Length;
    public LayerPass Pass => new(Rows.Length, Mask);
}

/// <summary>
/// Consecutive layers of a model with their parameters, the only ones that lie here, and the values of all
/// micro-batches under way. All memory is taken at the start.
/// </summary>
internal sealed unsafe class ModelStage<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StageSpec _spec;
    private readonly Kernels<T> _kernels;
    private readonly LayerMemory<T> _memory;
    private readonly LossFunction<T> _loss;
    private readonly ImmutableArray<Values> _values;        // of micro-batches under way, or of one
    private readonly ImmutableArray<Batch<T>> _batches;     // with features, of all under way; else of one for labels
    private readonly Room[] _kept;                          // inputs of those under way, where values are not kept
    private readonly T[] _statistics;
    private int _held = -1;                                 // the micro-batch whose values are there, of many

    public ModelStage(
        NetworkShape shape, StageSpec spec, Kernels<T> kernels, TensorPart? part, ProcessGroup? divided,
        ProcessGroup? replicas)
    {
        (_spec, _kernels) = (spec, kernels);
        Plan = new ArenaPlan(Panels<T>.Width, kernels.KeepsPanels);
        var layers = Make(shape, Plan, part, spec.Layers);
        _memory = new LayerMemory<T>(kernels, Plan, spec.Capacity, trains: true, replicas) { Divided = divided };
        var sets = spec.Recompute ? 1 : spec.Live;
        var values = ImmutableArray.CreateBuilder<Values>(sets);
        values.Add(new Values(layers, _memory, spec));
        _memory.Close();
        while (values.Count < sets)
        {
            var plan = new ArenaPlan(Panels<T>.Width, kernels.KeepsPanels);
            values.Add(new Values(
                Make(shape, plan, part, spec.Layers), new LayerMemory<T>(_memory), spec));
        }
        _values = values.MoveToImmutable();
        GradientRoom = _memory.Take(spec.Capacity * Output.Length<T>());
        _kept = [.. Enumerable.Range(0, spec.Recompute && !spec.IsFirst ? spec.Live : 0)
            .Select(_ => new Room(_memory.Take(spec.Capacity * Input.Length<T>())))];
        _statistics = new T[spec.Recompute ? Plan.StatisticsLength : 0];
        _loss = new LossFunction<T>(shape.Loss, shape.HuberDelta, kernels);
        var batches = spec.IsFirst ? spec.Live : spec.IsLast ? 1 : 0;
        _batches = [.. Enumerable.Range(0, batches).Select(_ => new Batch<T>(kernels, spec.Capacity, shape.Features))];
    }

    public ArenaPlan Plan { get; }
    public TensorShape Input => _values[0].Layers.Input;
    public TensorShape Output => _values[0].Layers.Output;
    public DeviceArray<T> Parameters => _memory.Parameters;
    public DeviceArray<T> Statistics => _memory.Statistics;
    public DeviceArray<T> Gradient => _memory.Gradient;

    /// <summary>Multiplications of a row's forward pass, roughly.</summary>
    public long Work => _values[0].Layers.Work;

    /// <summary>Where the gradient by the output is to be written before a backward pass.</summary>
    public T* GradientRoom { get; }

    /// <summary>Bytes of values kept between passes, and of what passes compute in.</summary>
    public long ValueBytes => (_memory.Taken + _values.Skip(1).Sum(values => values.Memory.Taken)) * sizeof(T);

    /// <summary>How many micro-batches' values can be there at once.</summary>
    public int Sets => _values.Length;

    /// <summary>Makes all layers of a model; those in the range lie in the plan.</summary>
    public static SequentialLayer<T> Make(NetworkShape shape, ArenaPlan plan, TensorPart? part, Range? held) =>
        SequentialLayer<T>.Of(shape.Layers, PlaceOf(shape, plan) with { Part = part }, held);

    /// <summary>Where the input of a micro-batch is to be written before its forward pass.</summary>
    public T* InputRoom(int number) =>
        _spec.Recompute ? _kept[number % _spec.Live].Start : _values[number % _spec.Live].Input;

    /// <summary>Computes the output, which stays until the micro-batch's backward pass or, where values are computed
    /// again, until the next pass.</summary>
    public T* Forward(in MicroBatch micro)
    {
        if (_spec.IsFirst)
            _batches[micro.Number % _spec.Live].Gather(micro.Data, micro.Rows.Span);
        return Compute(micro);
    }

    /// <summary>
    /// Computes the gradient by the parameters, and by the input: from the gradient by the output, or on the last stage
    /// from the loss, which is added up.
    /// </summary>
    /// <param name="micro">Whose turn it is.</param>
    /// <param name="scale">1 / size of the global batch.</param>
    /// <param name="again">Whether its values were computed again.</param>
    public T* Backward(in MicroBatch micro, double scale, out bool again)
    {
        again = _spec.Recompute && _held != micro.Number;
        if (again)
            ComputeAgain(micro);
        var values = ValuesOf(micro.Number);
        var gradient = _spec.IsLast ? Differentiate(micro, values, scale) : GradientRoom;
        _held = -1;
        return values.Layers.Backward(gradient, micro.Pass);
    }

    /// <summary>On the last stage: adds up losses and rows classified right of a forward pass's rows.</summary>
    public void Measure(in MicroBatch micro)
    {
        _loss.Measure(ValuesOf(micro.Number).Output, Output.Stride<T>(), Output.Width, LabelsOf(micro));
        _held = -1;
    }

    /// <summary>What was added up since it was taken last.</summary>
    public (double Loss, int Correct) TakeLoss() => _loss.Take();

    public void Dispose()
    {
        foreach (var values in _values.Skip(1))
            values.Memory.Dispose();
        foreach (var batch in _batches)
            batch.Dispose();
        _loss.Dispose();
        _memory.Dispose();
    }

    private static LayerPlace PlaceOf(NetworkShape shape, ArenaPlan plan) => new(
        plan, "layers", TensorShape.Vector(shape.Features), null, WantsInputGradient: false, MayOverwriteInput: true);

    private T* Compute(in MicroBatch micro)
    {
        var values = ValuesOf(micro.Number);
        var input = _spec.IsFirst ? _batches[micro.Number % _spec.Live].Inputs : InputRoom(micro.Number);
        if (_spec.Recompute)
        {
            // Layers may overwrite what they take; what is kept stays.
            _kernels.Copy(input, values.Input, micro.Count * Input.Length<T>());
            input = values.Input;
        }
        _held = micro.Number;
        return values.Output = values.Layers.Forward(input, micro.Pass);
    }

    /// <summary>Running statistics have seen the rows already.</summary>
    private void ComputeAgain(in MicroBatch micro)
    {
        Statistics.Span[.._statistics.Length].CopyTo(_statistics);
        Compute(micro);
        _statistics.CopyTo(Statistics.Span);
    }

    private T* Differentiate(in MicroBatch micro, Values values, double scale)
    {
        var outputs = values.Output;
        if (values.Copy != null)
        {
            _kernels.Copy(outputs, values.Copy, micro.Count * Output.Length<T>());
            outputs = values.Copy;
        }
        _loss.Differentiate(
            outputs, Output.Stride<T>(), Output.Width, LabelsOf(micro), T.CreateTruncating(scale));
        return outputs;
    }

    private Batch<T> LabelsOf(in MicroBatch micro)
    {
        if (_spec.IsFirst)
            return _batches[micro.Number % _spec.Live];
        _batches[0].Gather(micro.Data, micro.Rows.Span);
        return _batches[0];
    }

    private Values ValuesOf(int number) => _values[_spec.Recompute ? 0 : number % _spec.Live];

    private readonly record struct Room(nint Address)
    {
        public Room(T* start)
            : this((nint)start)
        {
        }

        public T* Start => (T*)Address;
    }

    /// <summary>The layers once more, with room for the values of one micro-batch.</summary>
    private sealed class Values
    {
        public Values(SequentialLayer<T> layers, LayerMemory<T> memory, StageSpec spec)
        {
            (Layers, Memory) = (layers, memory);
            layers.Allocate(memory);
            if (!spec.IsFirst || spec.Recompute)
                Input = memory.Take(spec.Capacity * layers.Input.Length<T>());
            if (spec.IsLast && layers.KeepsOutput)
                Copy = memory.Take(spec.Capacity * layers.Output.Length<T>());
        }

        public SequentialLayer<T> Layers { get; }
        public LayerMemory<T> Memory { get; }
        public T* Input { get; }

        /// <summary>Where the last layer needs its own values again, room for a gradient; else null.</summary>
        public T* Copy { get; }

        public T* Output { get; set; }
    }
}
