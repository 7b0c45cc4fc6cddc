namespace TuneGraph.Training;

/// <summary>
/// A matrix product C = scale * A Bᵀ whose both sides lie contiguously along the depth, summed over a batch of pairs:
/// C[i, j] = scale * Σ over pairs g and places p of A[g][i, p] B[g][j, p]. Where the depth is filled up, one side is 0.
/// </summary>
internal unsafe struct DotProduct<T>
    where T : unmanaged
{
    /// <summary>Rows of A and C.</summary>
    public required int Rows;

    /// <summary>Rows of B, which are the columns of C.</summary>
    public required int Columns;

    /// <summary>Elements per row of A and B, a multiple of the panel width.</summary>
    public required int Depth;

    /// <summary>Elements per row that are no filling. Default: all.</summary>
    public int TrueDepth
    {
        readonly get => _trueDepth > 0 ? _trueDepth : Depth;
        init => _trueDepth = value;
    }

    private readonly int _trueDepth;

    public required T* A;
    public required nint RowStrideA;
    public required T* B;
    public required nint RowStrideB;
    public required T* C;
    public required nint RowStrideC;
    public required T Scale;

    /// <summary>Pairs of A and B whose products are summed.</summary>
    public int Pairs;

    /// <summary>From one pair's A to the next.</summary>
    public nint PairStrideA;

    /// <summary>From one pair's B to the next.</summary>
    public nint PairStrideB;

    /// <summary>Whether the sums are added to what C holds.</summary>
    public bool Accumulate;
}
