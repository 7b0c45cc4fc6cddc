namespace TuneGraph.Collectives;

/// <summary>
/// A low-rank mean (Vogels, Karimireddy, Jaggi 2019, PowerSGD, Algorithms 1 and 2): with the gradient plus residual as
/// an n×m matrix M, P = M·Q is averaged and orthonormalised, Q = Mᵀ·P is averaged, and P·Qᵀ stands for the mean. Two
/// all-reduces of r·n and r·m elements instead of one of n·m. Q is kept for the next step (warm start). Where the
/// factors would be no fewer than the elements, at full rank for instance, the matrix itself is averaged, exactly.
/// </summary>
public sealed class PowerSgdReducer : GradientReducer<float>
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _blockColumns;
    private readonly int _rank;
    private readonly float[] _residual;
    private readonly float[] _p; // [rank, rows]
    private readonly float[] _q; // [rank, columns]

    /// <summary>Makes the reducer; all ranks with the same arguments.</summary>
    /// <param name="length">Elements of the gradient.</param>
    /// <param name="rank">r, the rank of the approximation, at least 1; more is more exact. PyTorch's default is
    /// 1.</param>
    /// <param name="columns">
    /// m, the row length in which the gradient is read as a matrix; 0, the default, makes the matrix about square. Best
    /// is one weight matrix per reducer, with its own row length.
    /// </param>
    /// <param name="seed">Of the first Q, normal numbers. Default 1.</param>
    /// <param name="blockColumns">
    /// Where not 0, the default, the matrix lies in blocks of so many columns, one after the other, each row-major;
    /// divides <paramref name="columns"/>, which divide <paramref name="length"/>.
    /// </param>
    public PowerSgdReducer(int length, int rank, int columns = 0, int seed = 1, int blockColumns = 0) : base(length)
    {
        if (blockColumns < 0 || (blockColumns > 0 && (columns % blockColumns != 0 || length % columns != 0)))
            throw new ArgumentOutOfRangeException(
                nameof(blockColumns), blockColumns,
                $"Blocks must divide the {columns} columns, and these the {length} elements.");
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        _columns = columns > 0 ? columns : Math.Max(1, (int)Math.Ceiling(Math.Sqrt(length)));
        _rows = (length + _columns - 1) / _columns;
        _blockColumns = blockColumns > 0 ? blockColumns : _columns;
        _rank = Math.Min(rank, Math.Max(1, Math.Min(_rows, _columns)));
        _residual = new float[length];
        _p = new float[_rank * _rows];
        _q = new float[_rank * _columns];
        var random = new Random(seed);
        for (var i = 0; i < _q.Length; i++)
        {
            // Box–Muller.
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            _q[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    /// <summary>Elements that are all-reduced: r·(n + m), or all n·m where those are no more.</summary>
    public int SentElements => Math.Min(_p.Length + _q.Length, Length);

    /// <inheritdoc/>
    public override int StateLength => _residual.Length + _q.Length;

    private protected override IEnumerable<float[]> State => [_residual, _q];

    private protected override void Adopt(IReadOnlyList<ReadOnlyMemory<float>> states)
    {
        MeanOf(states, 0, _residual);
        states[0].Span[Length..].CopyTo(_q); // the same on all ranks
    }

    private protected override void ReduceMean(
        ProcessGroup group, Span<float> gradient, CancellationToken cancellationToken)
    {
        if (SentElements == Length)
        {
            group.AllReduce(gradient, ReduceOp.Mean, cancellationToken);
            return;
        }
        for (var i = 0; i < gradient.Length; i++) gradient[i] += _residual[i];
        gradient.CopyTo(_residual);
        for (var k = 0; k < _rank; k++) Multiply(gradient, Q(k), P(k)); // P = M Q
        group.AllReduce(_p.AsSpan(), ReduceOp.Mean, cancellationToken);
        Orthonormalise();
        for (var k = 0; k < _rank; k++) MultiplyTransposed(gradient, P(k), Q(k)); // Q = Mᵀ P
        group.AllReduce(_q.AsSpan(), ReduceOp.Mean, cancellationToken);
        gradient.Clear();
        for (var k = 0; k < _rank; k++) AddOuter(gradient, P(k), Q(k)); // M̂ = P Qᵀ
        for (var i = 0; i < gradient.Length; i++) _residual[i] -= gradient[i];
    }

    private Span<float> P(int k) => _p.AsSpan(k * _rows, _rows);

    private Span<float> Q(int k) => _q.AsSpan(k * _columns, _columns);

    /// <summary>
    /// Modified Gram–Schmidt in float64; a column that depends on the others becomes 0 and drops out.
    /// </summary>
    private void Orthonormalise()
    {
        for (var k = 0; k < _rank; k++)
        {
            var column = P(k);
            var before = Dot(column, column);
            for (var j = 0; j < k; j++)
            {
                var share = (float)Dot(P(j), column);
                for (var i = 0; i < column.Length; i++) column[i] -= share * P(j)[i];
            }
            var square = Dot(column, column);
            var scale = square <= 1e-12 * before || square == 0 ? 0 : (float)(1 / Math.Sqrt(square));
            for (var i = 0; i < column.Length; i++) column[i] *= scale;
        }
    }

    private void Multiply(ReadOnlySpan<float> matrix, ReadOnlySpan<float> vector, Span<float> product)
    {
        for (var row = 0; row < _rows; row++)
        {
            double sum = 0;
            for (var column = 0; column < _columns; column += _blockColumns)
                sum += Dot(Part(matrix, row, column), vector[column..]);
            product[row] = (float)sum;
        }
    }

    private void MultiplyTransposed(ReadOnlySpan<float> matrix, ReadOnlySpan<float> vector, Span<float> product)
    {
        product.Clear();
        for (var column = 0; column < _columns; column += _blockColumns)
        {
            for (var row = 0; row < _rows; row++)
            {
                var values = Part(matrix, row, column);
                var sums = product[column..];
                for (var i = 0; i < values.Length; i++) sums[i] += vector[row] * values[i];
            }
        }
    }

    private void AddOuter(Span<float> matrix, ReadOnlySpan<float> p, ReadOnlySpan<float> q)
    {
        for (var column = 0; column < _columns; column += _blockColumns)
        {
            for (var row = 0; row < _rows; row++)
            {
                var (start, length) = PlaceOf(matrix.Length, row, column);
                var values = matrix.Slice(start, length);
                for (var i = 0; i < values.Length; i++) values[i] += p[row] * q[column + i];
            }
        }
    }

    private ReadOnlySpan<float> Part(ReadOnlySpan<float> matrix, int row, int column)
    {
        var (start, length) = PlaceOf(matrix.Length, row, column);
        return matrix.Slice(start, length);
    }

    /// <summary>
    /// A row of the block that starts at a column. The last row may be short: the matrix is thought to go on with
    /// zeros.
    /// </summary>
    private (int Start, int Length) PlaceOf(int length, int row, int column)
    {
        var start = (column * _rows) + (row * _blockColumns);
        return (start, Math.Min(_blockColumns, length - start));
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (var i = 0; i < left.Length; i++) sum += (double)left[i] * right[i];
        return sum;
    }
}
