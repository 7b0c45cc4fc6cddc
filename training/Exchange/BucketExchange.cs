using System.Collections.Immutable;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// The gradient in buckets, cut from the arena's end as the backward pass fills it: each is exchanged as soon as it is
/// complete, or all of them after the pass.
/// </summary>
internal sealed unsafe class BucketExchange<T> : GradientExchange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly PassSum<T> _passes;
    private readonly CompressionSpec _compression;
    private readonly ProcessGroup _group;
    private readonly ImmutableArray<ArenaRange> _ranges;
    private readonly GradientBuckets<T> _plain;
    private readonly GradientBuckets<T>? _compressed;
    private readonly Action<int>? _onGradient;
    private GradientBuckets<T> _buckets;
    private int _next;      // the bucket to be exchanged next; −1 after all

    public BucketExchange(ExchangeSpec spec, ProcessGroup group, Network<T> network, int passes, bool overlaps)
    {
        _network = network;
        _compression = spec.Compression;
        _group = group;
        _passes = new PassSum<T>(network.Kernels, network.Gradient, passes);
        _ranges = BucketLayout.Of<T>(spec, network.Plan, group.WorldSize);
        _onGradient = overlaps ? Exchange : null;
        var memory = _ranges.Select(range => new ArenaMemory<T>(Gradient.Host + range.Start, range.Length).Memory)
            .ToArray();
        if (spec.Zero > 0)
            Shards = new ShardPlan(_ranges, group);
        var lanes = overlaps ? spec.Lanes : 1;
        _plain = new GradientBuckets<T>(group, memory, i => spec.Zero > 0
            ? new ShardReducer<T>(memory[i].Length, ReduceOp.Sum)
            : new DenseReducer<T>(memory[i].Length, ReduceOp.Sum), lanes);
        _buckets = _plain;
        if (_compression.Kind == CompressionKind.None)
            return;
        _compressed = new GradientBuckets<T>(
            group, memory, i => CompressedReducer.Of<T>(_compression, _ranges[i], network.Plan, group), lanes);
        var description = $"{_compression.Kind} (momentum {(_compression.Momentum > 0 ? "on" : "off")}, rank "
            + $"{_compression.Rank}) in buckets of {spec.BucketBytes} bytes";
        Residuals = new ResidualState((GradientBuckets<float>)(object)_compressed, description, group);
    }

    public override DeviceArray<T> Gradient => _network.Gradient;

    public override ShardPlan? Shards { get; }

    public override ResidualState? Residuals { get; }

    public override long Bytes =>
        ((Gradient.Length + _passes.Length) * sizeof(T)) + ((long)(_compressed?.StateLength ?? 0) * sizeof(float));

    public override TrafficCounters Traffic => _compressed is null
        ? _plain.Traffic
        : new TrafficCounters(0, 0, 0) - (_group.Traffic - _plain.Traffic - _compressed.Traffic);

    // Compression gives means.
    public override double WeightAt(long step) => IsCompressed(step) ? _group.WorldSize : 1;

    public override void Begin(int pass, long step)
    {
        _buckets = IsCompressed(step) ? _compressed! : _plain;
        _next = _ranges.Length - 1;
        _network.OnGradient = _passes.IsLast(pass) ? _onGradient : null;
    }

    public override void End(int pass)
    {
        if (!_passes.IsLast(pass))
        {
            _passes.Keep(pass);
            return;
        }
        if (_onGradient is not null)
        {
            Exchange(0);
            _buckets.Wait();
            return;
        }
        _passes.AddTo(new ArenaRange(0, (int)Gradient.Length));
        Gradient.Download();
        for (; _next >= 0; _next--)
            _buckets.MarkReady(_next);
        _buckets.Wait();
        Gradient.Upload();
    }

    public override void Dispose()
    {
        _plain.Dispose();
        _compressed?.Dispose();
        _passes.Dispose();
    }

    private bool IsCompressed(long step) => _compressed is not null && step >= _compression.AfterSteps;

    private void Exchange(int from)
    {
        for (; _next >= 0 && _ranges[_next].Start >= from; _next--)
        {
            _passes.AddTo(_ranges[_next]);
            _buckets.MarkReady(_next);
        }
    }
}
