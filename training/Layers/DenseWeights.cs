using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A weight matrix, and the three products in which a layer uses it.</summary>
/// <param name="weights">[outputs, inputs] in panels of depth inputs.</param>
/// <param name="inputs">Depth, filling between groups included.</param>
/// <param name="columns">Columns with their filling: a multiple of the panel width.</param>
/// <param name="outputs">Columns that count from the first to the last true one.</param>
internal sealed unsafe class DenseWeights<T>(TensorPlace weights, int inputs, int columns, int outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Bytes of gradient that are told of at a time: less costs the product, which packs its left side for each block,
    // more keeps the exchange waiting.
    private const int BlockBytes = 128 * 1024;

    private LayerMemory<T> _memory = null!;

    private int BlockColumns =>
        Math.Max(2, BlockBytes / (inputs * sizeof(T) * Panels<T>.Width)) * Panels<T>.Width;

    /// <summary>Takes the memory for passes of at most so many rows.</summary>
    public void Allocate(LayerMemory<T> memory, long rows)
    {
        _memory = memory;
        if (memory.Trains)
            memory.NeedTemporary(Math.Max(rows * columns, (long)Panels<T>.RoundUp(inputs) * outputs));
    }

    /// <summary>output [rows, columns] = input W + bias.</summary>
    public void Multiply(T* input, nint inputStride, int rows, T* bias, T* output, bool relu) =>
        Multiply(input, inputStride, rows, _memory.Weights(weights), bias, output, relu);

    /// <summary>The same with other values than W's, laid out like it.</summary>
    public void Multiply(T* input, nint inputStride, int rows, T* values, T* bias, T* output, bool relu) =>
        _memory.Kernels.Multiply(new Product<T>
        {
            Rows = rows,
            Depth = inputs,
            Columns = columns,
            A = input,
            RowStride = inputStride,
            DepthStride = 1,
            B = values,
            RowStrideB = IsRowMajor ? columns : 0,
            C = output,
            RowStrideC = columns,
            PanelStrideC = Panels<T>.Width,
            Bias = bias,
            Relu = relu,
        }, _memory.Scratch);

    /// <summary>Gradient of W: inputᵀ gradient.</summary>
    public void WeightGradient(T* input, nint inputStride, T* gradient, int rows) =>
        WeightGradient(input, inputStride, gradient, rows, _memory.GradientOf(weights));

    /// <summary>
    /// The same where all gradients behind these in the arena are complete, so that it can be told of each block of
    /// columns, from the last to the first.
    /// </summary>
    public void WeightGradientInBlocks(T* input, nint inputStride, T* gradient, int rows)
    {
        var told = _memory.OnGradient;
        var block = told is null || IsRowMajor ? columns : BlockColumns;
        for (var end = columns; end > 0;)
        {
            // A single panel is not packed, so it must not be cut off from others.
            var start = end - block <= Panels<T>.Width ? 0 : end - block;
            var offset = (nint)inputs * start;
            WeightGradient(
                input, inputStride, gradient + start, rows, _memory.GradientOf(weights) + offset, end - start);
            told?.Invoke(weights.Range.Start + (int)offset);
            end = start;
        }
    }

    /// <summary>The same, written elsewhere.</summary>
    public void WeightGradient(T* input, nint inputStride, T* gradient, int rows, T* target) =>
        WeightGradient(input, inputStride, gradient, rows, target, columns);

    private void WeightGradient(T* input, nint inputStride, T* gradient, int rows, T* target, int count) =>
        _memory.Kernels.MultiplyRows(new Product<T>
        {
            Rows = inputs,
            Depth = rows,
            Columns = count,
            A = input,
            RowStride = 1,
            DepthStride = inputStride,
            B = gradient,
            RowStrideB = columns,
            C = target,
            RowStrideC = weights.PanelWidth,
            PanelStrideC = IsRowMajor ? Panels<T>.Width : (nint)inputs * Panels<T>.Width,
        }, _memory.Temporary, _memory.Scratch);

    /// <summary>target [rows, stride of the inputs] = gradient Wᵀ.</summary>
    public void InputGradient(T* gradient, int rows, T* target, int targetStride) =>
        InputGradient(gradient, rows, _memory.Weights(weights), target, targetStride);

    /// <summary>The same with other values than W's, laid out like it.</summary>
    public void InputGradient(T* gradient, int rows, T* values, T* target, int targetStride) =>
        _memory.Kernels.MultiplyTransposed(new Product<T>
        {
            Rows = rows,
            Depth = outputs,
            Columns = targetStride,
            A = gradient,
            RowStride = columns,
            DepthStride = 1,
            B = values,
            RowStrideB = IsRowMajor ? columns : 0,
            C = target,
            RowStrideC = targetStride,
            PanelStrideC = Panels<T>.Width,
        }, inputs, _memory.Temporary, _memory.Scratch);

    private bool IsRowMajor => weights.PanelWidth > Panels<T>.Width;
}
