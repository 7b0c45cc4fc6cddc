using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// A model that computes: forward passes, and backward passes into a flat gradient. All memory is taken at the start; a
/// step allocates nothing. Not thread-safe: one per rank.
/// </summary>
internal sealed unsafe class Network<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SequentialLayer<T> _layers;
    private readonly LayerMemory<T> _memory;
    private readonly LossFunction<T> _loss;
    private readonly Batch<T> _batch;
    private readonly int _features;
    private readonly bool _isRounded;
    private readonly T* _outputs;          // a copy, where the last layer needs its own or has rounded them; else null
    private readonly T* _inputs;           // a copy in 16 bits, where the first layer takes one; else null

    /// <param name="shape">The model, and what goes in and out.</param>
    /// <param name="capacity">The most rows in a pass.</param>
    /// <param name="trains">Whether backward passes will be asked for.</param>
    /// <param name="kernels">What to compute with.</param>
    /// <param name="group">The ranks that train together; null for one alone.</param>
    /// <param name="sharding">How ranks divide gradients and optimizer; null where they do not.</param>
    /// <exception cref="ArgumentException">The layers do not fit together, or not the data.</exception>
    public Network(
        NetworkShape shape, int capacity, bool trains, Kernels<T> kernels, ProcessGroup? group = null,
        ShardingOptions? sharding = null)
    {
        _features = shape.Features;
        Plan = new ArenaPlan(Panels<T>.Width, kernels.KeepsPanels, sharding?.LayerWidth ?? 0);
        _layers = SequentialLayer<T>.Of(shape.Layers, new LayerPlace(
            Plan, "layers", TensorShape.Vector(shape.Features), null, WantsInputGradient: false,
            MayOverwriteInput: true));
        shape.Check(_layers.Output);
        Windows = sharding is { Windows: true } ? new GradientWindows<T>(Plan, sharding.WindowLength) : null;
        _memory = new LayerMemory<T>(kernels, Plan, capacity, trains, group, Windows);
        try
        {
            _layers.Allocate(_memory);
            _isRounded = kernels.Precision != Precision.Float32;
            if (_isRounded || (trains && _layers.KeepsOutput))
                _outputs = _memory.Take(capacity * _layers.Output.Length<T>());
            if (_isRounded && !_layers.TakesIndices)
                _inputs = _memory.TakeValues(capacity * _layers.Input.Length<T>());
            _memory.Close();
            _loss = new LossFunction<T>(shape.Loss, shape.HuberDelta, kernels);
            _batch = new Batch<T>(kernels, capacity, shape.Features);
        }
        catch
        {
            _memory.Dispose();
            Windows?.Dispose();
            throw;
        }
    }

    /// <summary>Where the tensors lie.</summary>
    public ArenaPlan Plan { get; }

    /// <summary>All that is learned, laid out by <see cref="Plan"/>.</summary>
    public DeviceArray<T> Parameters => _memory.Parameters;

    /// <summary>Their bytes, and those of their copies in 16 bits.</summary>
    public long ParameterBytes => _memory.ParameterBytes;

    /// <summary>What is kept but not learned.</summary>
    public DeviceArray<T> Statistics => _memory.Statistics;

    /// <summary>The gradient that the last step left, laid out like <see cref="Parameters"/>; empty with
    /// windows.</summary>
    public DeviceArray<T> Gradient => _memory.Gradient;

    /// <summary>Where a step writes gradients by turns, if it keeps no arena of them.</summary>
    public GradientWindows<T>? Windows { get; }

    /// <summary>What computes.</summary>
    public Kernels<T> Kernels => _memory.Kernels;

    /// <inheritdoc cref="LayerMemory{T}.OnGradient"/>
    public Action<int>? OnGradient
    {
        set => _memory.OnGradient = value;
    }

    /// <summary>Time spent in passes since the counters were last taken.</summary>
    public StepClock Clock { get; init; } = new(TimeProvider.System);

    /// <summary>Gives parameters and statistics their first values.</summary>
    public void Initialize(ulong seed)
    {
        Plan.Fill(Parameters.Span, Statistics.Span, seed);
        Parameters.Upload();
        Statistics.Upload();
    }

    /// <summary>
    /// Computes the gradient of scale times the sum of the rows' losses, before weight decay; adds the losses up for
    /// <see cref="TakeLoss"/>. On a device of its own it only asks for it.
    /// </summary>
    /// <param name="data">The train rows.</param>
    /// <param name="rows">Which of them, at most as many as the capacity; none gives a gradient of 0.</param>
    /// <param name="scale">1 / size of the global batch.</param>
    /// <param name="mask">Place of the rows in the epoch, for dropout.</param>
    public void Step(Dataset data, ReadOnlySpan<int> rows, double scale, DropoutMask mask)
    {
        Clock.Start();
        _batch.Gather(data, rows);
        Step(_batch, scale, mask);
    }

    /// <summary>The same with rows that a prefetcher has gathered.</summary>
    public void Step(Prefetcher<T> rows, double scale, DropoutMask mask)
    {
        Clock.Start();
        Step(rows.Take(), scale, mask);
    }

    /// <summary>Batches like this network's own.</summary>
    public Batch<T>[] MoreBatches(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new Batch<T>(_memory.Kernels, _batch.Capacity, _features))];

    private void Step(Batch<T> batch, double scale, DropoutMask mask)
    {
        var pass = new LayerPass(batch.Rows, mask);
        _memory.CopyParameters();
        var outputs = Forward(batch, pass);
        _loss.Differentiate(
            outputs, _layers.Output.Stride<T>(), _layers.Output.Width, batch, T.CreateTruncating(scale));
        Clock.EndForward();
        _layers.Backward(outputs, pass);
        Clock.EndBackward(batch.Rows);
    }

    /// <summary>All layers, on what of the batch is rounded; what they give is float32 again for the loss.</summary>
    private T* Forward(Batch<T> batch, in LayerPass pass)
    {
        var inputs = batch.Inputs;
        if (_inputs != null)
        {
            _memory.Kernels.Copy(inputs, _inputs, batch.Rows * _layers.Input.Length<T>());
            inputs = _inputs;
        }
        var outputs = _layers.Forward(inputs, pass);
        if (_outputs == null || !(pass.Trains || _isRounded))
            return outputs;
        _memory.Kernels.Copy(outputs, _outputs, batch.Rows * _layers.Output.Length<T>());
        return _outputs;
    }

    /// <summary>The sum of the losses of all rows stepped on since it was taken last; waits for them.</summary>
    public double TakeLoss() => _loss.Take().Loss;

    /// <summary>Sums the losses of consecutive rows, without dropout, and counts the rows classified right.</summary>
    public (double Loss, int Correct) Evaluate(Dataset data, int from, int end)
    {
        _memory.CopyParameters();
        for (; from < end; from += _batch.Capacity)
        {
            _batch.Gather(data, from, Math.Min(_batch.Capacity, end - from));
            var outputs = Forward(_batch, new LayerPass(_batch.Rows, null));
            _loss.Measure(outputs, _layers.Output.Stride<T>(), _layers.Output.Width, _batch);
        }
        return _loss.Take();
    }

    /// <summary>Predicts for raw rows, at most the capacity: probabilities, or standardized targets.</summary>
    /// <param name="schema">What the columns mean.</param>
    /// <param name="raw">[rows, features] in their own units.</param>
    /// <param name="predictions">[rows, outputs].</param>
    public void Predict(DataSchema schema, ReadOnlySpan<float> raw, Span<float> predictions)
    {
        _memory.CopyParameters();
        _batch.Gather(schema.Standardizer, raw);
        var outputs = Forward(_batch, new LayerPass(_batch.Rows, null));
        _loss.Predict(outputs, _layers.Output.Stride<T>(), _layers.Output.Width, _batch.Rows, predictions);
    }

    /// <summary>Predicts for consecutive standardized rows: probabilities, or standardized targets.</summary>
    /// <param name="data">The rows' set.</param>
    /// <param name="from">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="predictions">[rows, outputs of the schema].</param>
    public void Predict(Dataset data, int from, int end, Span<float> predictions)
    {
        var outputs = data.Schema.Outputs;
        _memory.CopyParameters();
        for (var at = 0; from < end; from += _batch.Capacity)
        {
            _batch.Gather(data, from, Math.Min(_batch.Capacity, end - from));
            var values = Forward(_batch, new LayerPass(_batch.Rows, null));
            _loss.Predict(values, _layers.Output.Stride<T>(), _layers.Output.Width, _batch.Rows,
                predictions.Slice(at, _batch.Rows * outputs));
            at += _batch.Rows * outputs;
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        Windows?.Dispose();
        _batch.Dispose();
        _loss.Dispose();
    }
}
