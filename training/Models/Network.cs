using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// A perceptron that computes: forward passes, and backward passes into a flat gradient. All memory is taken at the
/// start; a step allocates nothing. Not thread-safe: one per rank.
/// </summary>
internal sealed unsafe class Network<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernels<T> _kernels;
    private readonly Batch<T> _batch;
    private readonly NativeArray<T> _scratch;
    private readonly NativeArray<T>[] _outputs;        // per layer [capacity, stride]
    private readonly NativeArray<T>[] _derivatives;    // per hidden layer, for tanh and GELU
    private readonly NativeArray<T>[] _deltas;         // per hidden layer: gradient by its pre-activation
    private readonly NativeArray<T> _panels;           // right-hand side of the product at hand
    private readonly NativeArray<T> _factors;          // dropout factors of one row

    /// <param name="layout">The model.</param>
    /// <param name="capacity">The most rows in a pass.</param>
    /// <param name="trains">Whether backward passes will be asked for.</param>
    /// <param name="kernels">What to compute with.</param>
    public Network(MlpLayout layout, int capacity, bool trains, Kernels<T> kernels)
    {
        _kernels = kernels;
        Layout = layout;
        Parameters = new NativeArray<T>(layout.Length);
        Gradient = new NativeArray<T>(trains ? layout.Length : 0);
        _batch = new Batch<T>(capacity, layout.Features);
        _scratch = new NativeArray<T>(kernels.ScratchLength);
        var hidden = layout.Layers[..^1];
        _outputs = [.. layout.Layers.Select(layer => new NativeArray<T>((long)capacity * layer.Stride))];
        _deltas = [.. hidden.Select(layer => new NativeArray<T>(trains ? (long)capacity * layer.Stride : 0))];
        _derivatives = [.. hidden.Select(layer => new NativeArray<T>(
            trains && layout.Model.Activation != Activation.Relu ? (long)capacity * layer.Stride : 0))];
        var deltaPanels = layout.Layers.Max(layer => (long)capacity * layer.Stride);
        var weightPanels = layout.Layers.Max(layer => (long)Panels<T>.RoundUp(layer.Inputs) * layer.Outputs);
        _panels = new NativeArray<T>(trains ? Math.Max(deltaPanels, weightPanels) : 0);
        _factors = new NativeArray<T>(trains ? layout.Layers.Max(layer => layer.Stride) : 0);
    }

    public MlpLayout Layout { get; }

    /// <summary>All weights and biases, laid out by <see cref="Layout"/>.</summary>
    public NativeArray<T> Parameters { get; }

    /// <summary>The gradient that <see cref="Step"/> left, laid out like <see cref="Parameters"/>.</summary>
    public NativeArray<T> Gradient { get; }

    /// <summary>
    /// Computes the gradient of scale times the sum of the rows' losses, before weight decay.
    /// </summary>
    /// <param name="data">The train rows.</param>
    /// <param name="rows">Which of them, at most as many as the capacity; none gives a gradient of 0.</param>
    /// <param name="scale">1 / size of the global batch.</param>
    /// <param name="mask">Place of the rows in the epoch, for dropout.</param>
    /// <returns>The sum of the rows' losses.</returns>
    public double Step(Dataset data, ReadOnlySpan<int> rows, double scale, DropoutMask mask)
    {
        if (rows.IsEmpty)
        {
            Gradient.Span.Clear();
            return 0;
        }
        _batch.Gather(data, rows);
        var outputs = Forward(mask);
        var loss = LossOf(data.Schema, outputs, T.CreateTruncating(scale)).Loss;
        if (data.Schema.Task == LearningTask.Classification)
        {
            _kernels.CrossEntropyGradient(
                outputs, rows.Length, Layout.Layers[^1].Stride, _batch.Labels, T.CreateTruncating(scale));
        }
        Backward(outputs);
        return loss;
    }

    /// <summary>Sums the losses of consecutive rows, without dropout, and counts the rows classified right.</summary>
    public (double Loss, int Correct) Evaluate(Dataset data, int from, int end)
    {
        var sum = (Loss: 0.0, Correct: 0);
        for (; from < end; from += _batch.Capacity)
        {
            _batch.Gather(data, from, Math.Min(_batch.Capacity, end - from));
            var (loss, correct) = LossOf(data.Schema, Forward(null), T.Zero);
            sum = (sum.Loss + loss, sum.Correct + correct);
        }
        return sum;
    }

    /// <summary>Predicts for raw rows, at most the capacity: probabilities, or standardized targets.</summary>
    /// <param name="schema">What the columns mean.</param>
    /// <param name="raw">[rows, features] in their own units.</param>
    /// <param name="predictions">[rows, outputs].</param>
    public void Predict(DataSchema schema, ReadOnlySpan<float> raw, Span<float> predictions)
    {
        _batch.Gather(schema.Standardizer, raw);
        var outputs = Forward(null);
        var last = Layout.Layers[^1];
        if (schema.Task == LearningTask.Classification)
            _kernels.Softmax(outputs, _batch.Rows, last.Stride, last.Outputs, null);
        for (var row = 0; row < _batch.Rows; row++, outputs += last.Stride)
        {
            for (var o = 0; o < last.Outputs; o++)
                predictions[(row * last.Outputs) + o] = float.CreateTruncating(outputs[o]);
        }
    }

    public void Dispose()
    {
        foreach (var array in (ReadOnlySpan<NativeArray<T>>)[.. _outputs, .. _derivatives, .. _deltas])
            array.Dispose();
        Parameters.Dispose();
        Gradient.Dispose();
        _scratch.Dispose();
        _panels.Dispose();
        _factors.Dispose();
        _batch.Dispose();
    }

    private (double Loss, int Correct) LossOf(DataSchema schema, T* outputs, T scale)
    {
        var last = Layout.Layers[^1];
        return schema.Task == LearningTask.Classification
            ? _kernels.Softmax(outputs, _batch.Rows, last.Stride, last.Outputs, _batch.Labels)
            : (_kernels.SquaredError(outputs, _batch.Rows, last.Stride, _batch.Targets, scale), 0);
    }

    /// <summary>The last layer's values [rows, stride], before softmax; with dropout if there is a mask.</summary>
    private T* Forward(DropoutMask? mask)
    {
        var input = _batch.Inputs;
        var inputStride = _batch.Stride;
        for (var l = 0; l < Layout.Layers.Length; l++)
        {
            var layer = Layout.Layers[l];
            var output = _outputs[l].Pointer;
            var isHidden = l < Layout.Layers.Length - 1;
            _kernels.Multiply(new Product<T>
            {
                Rows = _batch.Rows,
                Depth = layer.Inputs,
                Columns = layer.Stride,
                A = input,
                RowStride = inputStride,
                DepthStride = 1,
                B = Parameters.Pointer + layer.Weights,
                C = output,
                RowStrideC = layer.Stride,
                PanelStrideC = Panels<T>.Width,
                Bias = Parameters.Pointer + layer.Biases,
                Relu = isHidden && Layout.Model.Activation == Activation.Relu,
            }, _scratch.Pointer);
            if (isHidden)
                Activate(l, layer, output, mask);
            input = output;
            inputStride = layer.Stride;
        }
        return input;
    }

    private void Activate(int l, DenseLayer layer, T* output, DropoutMask? mask)
    {
        var derivative = mask is null || Layout.Model.Activation == Activation.Relu ? null : _derivatives[l].Pointer;
        var count = (nint)_batch.Rows * layer.Stride;
        if (Layout.Model.Activation == Activation.Tanh)
            _kernels.Tanh(output, derivative, count);
        else if (Layout.Model.Activation == Activation.Gelu)
            _kernels.Gelu(output, derivative, count);
        if (mask is not { } place || Layout.Model.Dropout == 0)
            return;
        for (var row = 0; row < _batch.Rows; row++, output += layer.Stride)
        {
            place.Fill(l, row, Layout.Model.Dropout, new Span<T>(_factors.Pointer, layer.Stride));
            _kernels.Multiply(output, _factors.Pointer, layer.Stride);
            if (derivative != null)
                _kernels.Multiply(derivative + ((nint)row * layer.Stride), _factors.Pointer, layer.Stride);
        }
    }

    /// <param name="delta">Gradient of the loss by the last layer's values, [rows, stride].</param>
    private void Backward(T* delta)
    {
        for (var l = Layout.Layers.Length - 1; l >= 0; l--)
        {
            var layer = Layout.Layers[l];
            WeightGradient(l, layer, delta);
            _kernels.ColumnSums(delta, _batch.Rows, layer.Stride, Gradient.Pointer + layer.Biases);
            if (l > 0)
                delta = InputGradient(l, layer, delta);
        }
    }

    /// <summary>Inputsᵀ delta.</summary>
    private void WeightGradient(int l, DenseLayer layer, T* delta)
    {
        var panels = delta;                             // one panel: its rows already lie as they must
        if (layer.Stride > Panels<T>.Width)
        {
            panels = _panels.Pointer;
            Panels<T>.Pack(delta, layer.Stride, _batch.Rows, layer.Stride, panels);
        }
        _kernels.Multiply(new Product<T>
        {
            Rows = layer.Inputs,
            Depth = _batch.Rows,
            Columns = layer.Stride,
            A = l == 0 ? _batch.Inputs : _outputs[l - 1].Pointer,
            RowStride = 1,
            DepthStride = l == 0 ? _batch.Stride : Layout.Layers[l - 1].Stride,
            B = panels,
            C = Gradient.Pointer + layer.Weights,
            RowStrideC = Panels<T>.Width,
            PanelStrideC = (nint)layer.Inputs * Panels<T>.Width,
        }, _scratch.Pointer);
    }

    /// <summary>(delta Weightsᵀ) ⊙ activation' of the layer below.</summary>
    private T* InputGradient(int l, DenseLayer layer, T* delta)
    {
        var below = Layout.Layers[l - 1];
        var target = _deltas[l - 1].Pointer;
        Panels<T>.Transpose(Parameters.Pointer + layer.Weights, layer.Inputs, layer.Outputs, _panels.Pointer);
        _kernels.Multiply(new Product<T>
        {
            Rows = _batch.Rows,
            Depth = layer.Outputs,
            Columns = below.Stride,
            A = delta,
            RowStride = layer.Stride,
            DepthStride = 1,
            B = _panels.Pointer,
            C = target,
            RowStrideC = below.Stride,
            PanelStrideC = Panels<T>.Width,
        }, _scratch.Pointer);
        var count = (nint)_batch.Rows * below.Stride;
        if (Layout.Model.Activation == Activation.Relu)
        {
            // A dropped unit's output is 0 too, so that the output alone tells what passes.
            _kernels.MaskRelu(target, _outputs[l - 1].Pointer, DropoutMask.Scale<T>(Layout.Model.Dropout), count);
        }
        else
        {
            _kernels.Multiply(target, _derivatives[l - 1].Pointer, count);
        }
        return target;
    }
}
