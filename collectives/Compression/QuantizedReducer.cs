namespace TuneGraph.Collectives;

/// <summary>
/// The mean by quantized shards, with error feedback at both ends, as in 1-bit Adam's compressed all-reduce (Tang et
/// al. 2021, section 4): every rank sends its code of shard r to rank r, which averages, codes the mean and sends it to
/// all. A rank sends 2(N−1)·⌈code of a shard⌉ bytes, where the dense ring sends 2(N−1)·(shard).
/// </summary>
/// <remarks>
/// v = g + e; what is sent is Q(v); e = v − Q(v) is kept. The owner of a shard does the same with the mean and a
/// residual of its own. So the sum of all means that came out, plus the residuals, is the sum of all means that went
/// in.
/// </remarks>
public sealed class QuantizedReducer : GradientReducer<float>
{
    private readonly Quantizer _quantizer;
    private readonly float[] _residual;
    private readonly float[] _ownerResidual;
    private readonly bool _errorFeedback;
    private readonly int _rank;
    private readonly int _worldSize;
    private readonly int _block;
    private readonly float[] _decoded;
    private readonly float[] _mean;
    private readonly byte[] _codes;
    private readonly byte[] _received;

    /// <summary>Makes the reducer of one rank.</summary>
    /// <param name="length">Elements of the gradient.</param>
    /// <param name="quantizer">The code.</param>
    /// <param name="rank">This rank; its place decides which shard it owns.</param>
    /// <param name="worldSize">Number of ranks.</param>
    /// <param name="errorFeedback">Whether residuals are kept. Default true; false is for showing what is lost
    /// without.</param>
    public QuantizedReducer(
        int length, Quantizer quantizer, int rank, int worldSize, bool errorFeedback = true) : base(length)
    {
        ArgumentNullException.ThrowIfNull(quantizer);
        _quantizer = quantizer;
        _errorFeedback = errorFeedback;
        (_rank, _worldSize) = (rank, worldSize);
        var longest = (length + worldSize - 1) / worldSize;
        _residual = new float[length];
        _ownerResidual = new float[(int)ShardRange.Of(length, rank, worldSize).Length];
        _decoded = new float[longest];
        _mean = new float[longest];
        _block = quantizer.CodeBytes(longest);
        _codes = new byte[_block * worldSize];
        _received = new byte[_block * worldSize];
    }

    /// <inheritdoc/>
    public override int StateLength => _residual.Length + _ownerResidual.Length;

    /// <inheritdoc/>
    public override int StateLengthOf(int rank, int worldSize) =>
        Length + (int)ShardRange.Of(Length, rank, worldSize).Length;

    private protected override IEnumerable<float[]> State => [_residual, _ownerResidual];

    /// <summary>A rank's residual counts as one part in N, an owner's in full.</summary>
    private protected override void Adopt(IReadOnlyList<ReadOnlyMemory<float>> states)
    {
        MeanOf(states, 0, _residual);
        Array.Clear(_ownerResidual);
        for (var rank = 0; rank < states.Count; rank++)
        {
            var start = (int)ShardRange.Of(Length, rank, states.Count).Start;
            foreach (var kept in states[rank].Span[Length..]) _residual[start++] += kept;
        }
    }

    private protected override void ReduceMean(
        ProcessGroup group, Span<float> gradient, CancellationToken cancellationToken)
    {
        if (group.Rank != _rank || group.WorldSize != _worldSize)
            throw new ArgumentException(
                $"The reducer was made for rank {_rank} of {_worldSize}; the group says {group.Rank} of "
                + $"{group.WorldSize}.");
        for (var i = 0; i < gradient.Length; i++) gradient[i] += _residual[i];
        for (var rank = 0; rank < _worldSize; rank++)
            Encode(Shard(gradient, rank), Code(_codes, rank), Shard(_residual.AsSpan(), rank));
        group.AllToAll<byte>(_codes, _received, cancellationToken);

        var mean = _mean.AsSpan(0, _ownerResidual.Length);
        Average(mean);
        for (var i = 0; i < mean.Length; i++) mean[i] += _ownerResidual[i];
        Encode(mean, Code(_codes, 0), _ownerResidual);
        group.AllGather<byte>(Code(_codes, 0), _received, cancellationToken);
        for (var rank = 0; rank < _worldSize; rank++) _quantizer.Decode(Code(_received, rank), Shard(gradient, rank));
    }

    /// <summary>Writes the code and leaves in <paramref name="residual"/> what the code does not say.</summary>
    private void Encode(ReadOnlySpan<float> values, Span<byte> code, Span<float> residual)
    {
        _quantizer.Encode(values, code);
        if (!_errorFeedback) return;
        var decoded = _decoded.AsSpan(0, values.Length);
        _quantizer.Decode(code, decoded);
        for (var i = 0; i < values.Length; i++) residual[i] = values[i] - decoded[i];
    }

    private void Average(Span<float> mean)
    {
        mean.Clear();
        var decoded = _decoded.AsSpan(0, mean.Length);
        for (var rank = 0; rank < _worldSize; rank++)
        {
            _quantizer.Decode(Code(_received, rank), decoded);
            for (var i = 0; i < mean.Length; i++) mean[i] += decoded[i];
        }
        for (var i = 0; i < mean.Length; i++) mean[i] /= _worldSize;
    }

    private Span<byte> Code(byte[] codes, int rank) => codes.AsSpan(rank * _block, _block);

    private Span<float> Shard(Span<float> values, int rank)
    {
        var shard = ShardRange.Cut(values.Length, rank, _worldSize);
        return values.Slice((int)shard.Start, (int)shard.Length);
    }
}
