namespace TuneGraph.Training;

/// <summary>
/// Rows in blocks of <see cref="BlockRows"/>, features first, so that their distances to all centres are one matrix
/// product: ‖x - c‖² = ‖x‖² - 2 x·c + ‖c‖². A distance does not depend on where its row stands.
/// </summary>
internal sealed unsafe class PointBlocks : IDisposable
{
    /// <summary>Rows per block: scores of 50 centres, 50 KiB, stay in the second-level cache.</summary>
    public const int BlockRows = 256;

    private readonly int _features;
    private readonly NativeArray<float> _panels;
    private readonly NativeArray<float> _norms;
    private readonly NativeArray<float> _scratch = new(Kernels<float>.Best.ScratchLength);
    private readonly NativeArray<float> _least = new(2 * BlockRows);
    private NativeArray<float> _scores = new(0);

    public PointBlocks(int capacity, int features)
    {
        _features = features;
        var blocks = (capacity + BlockRows - 1) / BlockRows;
        _panels = new NativeArray<float>(((long)blocks * BlockRows * features) + 64);
        _norms = new NativeArray<float>((long)blocks * BlockRows);
    }

    /// <summary>Rows loaded.</summary>
    public int Count { get; private set; }

    public int Blocks => (Count + BlockRows - 1) / BlockRows;

    /// <summary>Takes consecutive rows.</summary>
    public void Load(Dataset data, int from, int end)
    {
        Count = end - from;
        for (var i = 0; i < Count; i++)
            Put(i, data.Row(from + i));
    }

    /// <summary>Takes the given rows.</summary>
    public void Load(Dataset data, ReadOnlySpan<int> rows)
    {
        Count = rows.Length;
        for (var i = 0; i < Count; i++)
            Put(i, data.Row(rows[i]));
    }

    /// <summary>Rows of a block.</summary>
    public int RowsOf(int block) => Math.Min(BlockRows, Count - (block * BlockRows));

    /// <summary>‖x‖² of a row.</summary>
    public float Norm(int row) => _norms.Pointer[row];

    /// <summary>The squared distance of each of a block's rows to its nearest centre, and that centre.</summary>
    public void Nearest(Centres centres, int block, Span<float> distances, Span<int> places)
    {
        if (_scores.Length < (long)centres.Count * BlockRows)
        {
            _scores.Dispose();
            _scores = new NativeArray<float>((long)centres.Count * BlockRows);
        }
        Kernels<float>.Best.Multiply(new Product<float>
        {
            Rows = centres.Count,
            Depth = _features,
            Columns = BlockRows,
            A = centres.Doubled,
            RowStride = _features,
            DepthStride = 1,
            B = _panels.Pointer + ((nint)block * BlockRows * _features),
            C = _scores.Pointer,
            RowStrideC = BlockRows,
            PanelStrideC = Panels<float>.Width,
            RowBias = centres.Norms,
        }, _scratch.Pointer);
        float* least = _least.Pointer, numbers = least + BlockRows, norms = _norms.Pointer + (block * BlockRows);
        NearestKernel.Run(_scores.Pointer, centres.Count, BlockRows, least, numbers);
        for (var i = 0; i < RowsOf(block); i++)
        {
            distances[i] = MathF.Max(0, least[i] + norms[i]);
            places[i] = (int)numbers[i];
        }
    }

    public void Dispose()
    {
        foreach (var array in new[] { _panels, _norms, _scratch, _least, _scores })
            array.Dispose();
    }

    private void Put(int row, ReadOnlySpan<float> values)
    {
        var width = Panels<float>.Width;
        var target = _panels.Pointer + ((nint)(row / width) * width * _features) + (row % width);
        var norm = 0.0;
        for (var f = 0; f < values.Length; f++, target += width)
        {
            *target = values[f];
            norm += (double)values[f] * values[f];
        }
        _norms.Pointer[row] = (float)norm;
    }
}
