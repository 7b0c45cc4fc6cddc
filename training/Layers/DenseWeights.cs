using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A weight matrix in panels, and the three products in which a layer uses it.</summary>
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
        Math.Max(1, BlockBytes / (inputs * sizeof(T) * Panels<T>.Width)) * Panels<T>.Width;

    /// <summary>Takes the memory for passes of at most so many rows.</summary>
    public void Allocate(LayerMemory<T> memory, long rows)
    {
        _memory = memory;
        if (memory.Trains)
            memory.NeedTemporary(Math.Max(rows * columns, (long)Panels<T>.RoundUp(inputs) * outputs));
    }

    /// <summary>output [rows, columns] = input W + bias.</summary>
    public void Multiply(T* input, nint inputStride, int rows, T* bias, T* output, bool relu) =>
        _memory.Kernels.Multiply(new Product<T>
        {
            Rows = rows,
            Depth = inputs,
            Columns = columns,
            A = input,
            RowStride = inputStride,
            DepthStride = 1,
            B = _memory.Weights(weights),
            C = output,
            RowStrideC = columns,
            PanelStrideC = Panels<T>.Width,
            Bias = bias,
            Relu = relu,
        }, _memory.Scratch);

    /// <summary>Gradient of W: inputᵀ gradient.</summary>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="inputStride">From row to row.</param>
    /// <param name="gradient">[rows, columns].</param>
    /// <param name="rows">Rows of both.</param>
    /// <param name="tells">
    /// Whether all gradients behind these in the arena are complete, so that it can be told of each block of columns.
    /// </param>
    public void WeightGradient(T* input, nint inputStride, T* gradient, int rows, bool tells = false)
    {
        var panels = gradient;                          // one panel: its rows already lie as they must
        if (columns > Panels<T>.Width)
        {
            panels = _memory.Temporary;
            Panels<T>.Pack(gradient, columns, rows, columns, panels);
        }
        var told = tells ? _memory.OnGradient : null;
        var block = told is null ? columns : BlockColumns;
        for (var end = columns; end > 0; end -= block)
        {
            var start = Math.Max(0, end - block);
            var offset = (nint)inputs * start;
            _memory.Kernels.Multiply(new Product<T>
            {
                Rows = inputs,
                Depth = rows,
                Columns = end - start,
                A = input,
                RowStride = 1,
                DepthStride = inputStride,
                B = panels + ((nint)rows * start),
                C = _memory.GradientOf(weights) + offset,
                RowStrideC = Panels<T>.Width,
                PanelStrideC = (nint)inputs * Panels<T>.Width,
            }, _memory.Scratch);
            told?.Invoke(weights.Range.Start + (int)offset);
        }
    }

    /// <summary>target [rows, stride of the inputs] = gradient Wᵀ.</summary>
    public void InputGradient(T* gradient, int rows, T* target, int targetStride)
    {
        Panels<T>.Transpose(_memory.Weights(weights), inputs, outputs, _memory.Temporary);
        _memory.Kernels.Multiply(new Product<T>
        {
            Rows = rows,
            Depth = outputs,
            Columns = targetStride,
            A = gradient,
            RowStride = columns,
            DepthStride = 1,
            B = _memory.Temporary,
            C = target,
            RowStrideC = targetStride,
            PanelStrideC = Panels<T>.Width,
        }, _memory.Scratch);
    }
}
