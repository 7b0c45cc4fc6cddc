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
    private readonly T* _outputs;          // where the last layer needs its own values again, a copy; else null

    /// <param name="shape">The model, and what goes in and out.</param>
    /// <param name="capacity">The most rows in a pass.</param>
    /// <param name="trains">Whether backward passes will be asked for.</param>
    /// <param name="kernels">What to compute with.</param>
    /// <param name="group">The ranks that train together; null for one alone.</param>
    /// <exception cref="ArgumentException">The layers do not fit together, or not the data.</exception>
    public Network(NetworkShape shape, int capacity, bool trains, Kernels<T> kernels, ProcessGroup? group = null)
    {
        Plan = new ArenaPlan(Panels<T>.Width, kernels.KeepsPanels);
        _layers = SequentialLayer<T>.Of(shape.Layers, new LayerPlace(
            Plan, "layers", TensorShape.Vector(shape.Features), null, WantsInputGradient: false,
            MayOverwriteInput: true));
        if (_layers.Output != TensorShape.Vector(shape.Outputs))
        {
            throw new ArgumentException($"The layers give {_layers.Output}, but data and loss ({shape.Loss}) need "
                + $"a vector of {shape.Outputs}. End with a linear layer of {shape.Outputs} units.");
        }
        _memory = new LayerMemory<T>(kernels, Plan, capacity, trains, group);
        try
        {
            _layers.Allocate(_memory);
            if (trains && _layers.KeepsOutput)
                _outputs = _memory.Take(capacity * _layers.Output.Length<T>());
            _memory.Close();
            _loss = new LossFunction<T>(shape.Loss, shape.HuberDelta, kernels);
            _batch = new Batch<T>(kernels, capacity, shape.Features);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    /// <summary>Where the tensors lie.</summary>
    public ArenaPlan Plan { get; }

    /// <summary>All that is learned, laid out by <see cref="Plan"/>.</summary>
    public DeviceArray<T> Parameters => _memory.Parameters;

    /// <summary>What is kept but not learned.</summary>
    public DeviceArray<T> Statistics => _memory.Statistics;

    /// <summary>The gradient that <see cref="Step"/> left, laid out like <see cref="Parameters"/>.</summary>
    public DeviceArray<T> Gradient => _memory.Gradient;

    /// <summary>Time spent in passes since the counters were last taken.</summary>
    public StepClock Clock { get; } = new();

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
        var pass = new LayerPass(rows.Length, mask);
        var outputs = _layers.Forward(_batch.Inputs, pass);
        if (_outputs != null)
        {
            _memory.Kernels.Copy(outputs, _outputs, rows.Length * _layers.Output.Length<T>());
            outputs = _outputs;
        }
        _loss.Differentiate(
            outputs, _layers.Output.Stride<T>(), _layers.Output.Width, _batch, T.CreateTruncating(scale));
        Clock.EndForward();
        _layers.Backward(outputs, pass);
        Clock.EndBackward();
    }

    /// <summary>The sum of the losses of all rows stepped on since it was taken last; waits for them.</summary>
    public double TakeLoss() => _loss.Take().Loss;

    /// <summary>Sums the losses of consecutive rows, without dropout, and counts the rows classified right.</summary>
    public (double Loss, int Correct) Evaluate(Dataset data, int from, int end)
    {
        for (; from < end; from += _batch.Capacity)
        {
            _batch.Gather(data, from, Math.Min(_batch.Capacity, end - from));
            var outputs = _layers.Forward(_batch.Inputs, new LayerPass(_batch.Rows, null));
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
        _batch.Gather(schema.Standardizer, raw);
        var outputs = _layers.Forward(_batch.Inputs, new LayerPass(_batch.Rows, null));
        _loss.Predict(outputs, _layers.Output.Stride<T>(), _layers.Output.Width, _batch.Rows, predictions);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _batch.Dispose();
        _loss.Dispose();
    }
}
