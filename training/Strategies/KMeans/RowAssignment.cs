namespace TuneGraph.Training;

/// <summary>Some rows with the nearest centre of each and the squared distance to it.</summary>
internal sealed class RowAssignment : IDisposable
{
    private readonly Dataset _data;
    private readonly PointBlocks _points;
    private readonly int[] _rows;
    private readonly int[] _nearest;
    private readonly float[] _distances;

    /// <param name="data">Where the rows come from.</param>
    /// <param name="capacity">The most rows.</param>
    public RowAssignment(Dataset data, int capacity)
    {
        _data = data;
        _points = new PointBlocks(capacity, data.Features);
        _rows = new int[capacity];
        _nearest = new int[capacity];
        _distances = new float[capacity];
    }

    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _points.Count);
    public ReadOnlySpan<int> Nearest => _nearest.AsSpan(0, _points.Count);
    public Span<float> Distances => _distances.AsSpan(0, _points.Count);

    /// <summary>‖x‖² of a row.</summary>
    public float Norm(int row) => _points.Norm(row);

    public void Load(int from, int end)
    {
        for (var i = from; i < end; i++)
            _rows[i - from] = i;
        _points.Load(_data, from, end);
    }

    public void Load(ReadOnlySpan<int> rows)
    {
        rows.CopyTo(_rows);
        _points.Load(_data, rows);
    }

    /// <summary>Finds every row's nearest centre.</summary>
    /// <param name="centres">The centres.</param>
    /// <param name="totals">What to add to; null for nothing.</param>
    /// <param name="blockRows">Rows that are summed together; a multiple of the blocks' rows.</param>
    public void Assign(Centres centres, ClusterTotals? totals, int blockRows)
    {
        for (var start = 0; start < _points.Count; start += blockRows)
        {
            var count = Math.Min(blockRows, _points.Count - start);
            for (var at = start; at < start + count; at += PointBlocks.BlockRows)
            {
                var block = at / PointBlocks.BlockRows;
                var rows = _points.RowsOf(block);
                _points.Nearest(centres, block, _distances.AsSpan(at, rows), _nearest.AsSpan(at, rows));
            }
            totals?.Add(_data, _rows.AsSpan(start, count), _nearest.AsSpan(start, count),
                _distances.AsSpan(start, count));
        }
    }

    /// <summary>
    /// Keeps the nearer of what was known and some more centres, which are numbered from <paramref name="first"/>.
    /// </summary>
    public void Extend(Centres more, int first)
    {
        Span<float> distances = stackalloc float[PointBlocks.BlockRows];
        Span<int> places = stackalloc int[PointBlocks.BlockRows];
        for (var block = 0; block < _points.Blocks; block++)
        {
            var rows = _points.RowsOf(block);
            _points.Nearest(more, block, distances, places);
            for (var i = 0; i < rows; i++)
            {
                var at = (block * PointBlocks.BlockRows) + i;
                if (first > 0 && distances[i] >= _distances[at])
                    continue;
                _distances[at] = distances[i];
                _nearest[at] = first + places[i];
            }
        }
    }

    public void Dispose() => _points.Dispose();
}
