namespace TuneGraph.Training;

/// <summary>
/// A matrix product C = A B (+ bias per column or per row, then ReLU): A [rows, depth] at any strides, B in
/// <see cref="Panels{T}"/> or row-major, C overwritten.
/// </summary>
internal unsafe struct Product<T>
    where T : unmanaged
{
    public required int Rows;
    public required int Depth;

    /// <summary>Columns of B and C: a multiple of the panel width.</summary>
    public required int Columns;

    public required T* A;
    public required nint RowStride;
    public required nint DepthStride;

    /// <summary>Panels of [<see cref="Depth"/>, width], or rows at <see cref="RowStrideB"/>.</summary>
    public required T* B;

    /// <summary>From one row of a row-major B to the next; 0 when B lies in panels.</summary>
    public nint RowStrideB;

    public required T* C;

    /// <summary>From one row of C to the next.</summary>
    public required nint RowStrideC;

    /// <summary>From one panel's worth of columns of C to the next.</summary>
    public required nint PanelStrideC;

    /// <summary>[columns] added to every row; null for none.</summary>
    public T* Bias;

    /// <summary>[rows] added to every column; null for none. Not together with <see cref="Bias"/>.</summary>
    public T* RowBias;

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu;
}

/// <summary>
/// Products of one shape at places in two dimensions, as samples and heads are: how many, and the elements from one to
/// the next in each matrix.
/// </summary>
internal readonly record struct Repeats(int Outer, int Inner)
{
    public (nint Outer, nint Inner) StepA { get; init; }
    public (nint Outer, nint Inner) StepB { get; init; }
    public (nint Outer, nint Inner) StepC { get; init; }

    public int Count => Outer * Inner;

    /// <summary>Elements from the first product's matrices to those of product <paramref name="i"/>.</summary>
    public (nint A, nint B, nint C) OffsetsOf(int i)
    {
        int outer = i / Inner, inner = i % Inner;
        return (
            (outer * StepA.Outer) + (inner * StepA.Inner), (outer * StepB.Outer) + (inner * StepB.Inner),
            (outer * StepC.Outer) + (inner * StepC.Inner));
    }
}

/// <summary>Elements from one sample to the next, and from one of its rows to the next.</summary>
internal readonly record struct RowPlaces(nint Sample, nint Row);
