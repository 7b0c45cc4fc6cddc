using System.Collections.Immutable;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Gradients that no rank keeps whole (ZeRO stage 2): layers write them into two windows by turns, and each rank takes
/// the sum of its shard of a bucket out of them before the window is needed again. With several passes every one of
/// them is exchanged.
/// </summary>
internal sealed unsafe class WindowExchange<T> : GradientExchange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly GradientWindows<T> _windows;
    private readonly ImmutableArray<ArenaRange> _ranges;
    private readonly ImmutableArray<int> _groups;   // of each range; counted from the arena's end
    private readonly NativeArray<T> _shards;        // sums of a pass
    private readonly NativeArray<T>? _step;         // sums of a step, if it has several passes
    private readonly GradientBuckets<T> _buckets;
    private readonly Action<int> _onGradient;
    private readonly int _passes;
    private readonly bool _overlaps;
    private int _next;

    public WindowExchange(
        ExchangeSpec spec, ProcessGroup group, Network<T> network, GradientWindows<T> windows, int passes,
        bool overlaps)
    {
        (_network, _windows, _passes, _overlaps) = (network, windows, passes, overlaps);
        var unit = Panels<T>.Width * group.WorldSize;
        var ranges = windows.Groups
            .SelectMany((window, number) => BucketLayout.Cut<T>(spec, window, unit).Reverse().Select(r => (r, number)))
            .Reverse().ToArray();
        _ranges = [.. ranges.Select(pair => pair.r)];
        _groups = [.. ranges.Select(pair => pair.number)];
        Shards = new ShardPlan(_ranges, group);
        _shards = new NativeArray<T>(Shards.Length);
        _step = passes > 1 ? new NativeArray<T>(Shards.Length) : null;
        var memory = _ranges
            .Select(range => new ArenaMemory<T>(windows.At(range.Start), range.Length).Memory).ToArray();
        _buckets = new GradientBuckets<T>(group, memory, ReducerOf, overlaps ? spec.Lanes : 1);
        _onGradient = Exchange;

        GradientReducer<T> ReducerOf(int range)
        {
            var piece = Shards.Pieces[range];
            var place = new ArenaMemory<T>(_shards.Pointer + piece.Offset, piece.Length);
            return new ShardReducer<T>(_ranges[range].Length, ReduceOp.Sum, place.Memory);
        }
    }

    public override DeviceArray<T> Gradient => _step ?? _shards;

    public override ShardPlan? Shards { get; }

    public override long Bytes => (_windows.Length + _shards.Length + (_step?.Length ?? 0)) * sizeof(T);

    public override TrafficCounters Traffic => _buckets.Traffic;

    public override void Begin(int pass, long step)
    {
        _next = _ranges.Length - 1;
        _network.OnGradient = _onGradient;
        if (_windows.Groups.Length > 0)
            _windows.Open(0);
    }

    public override void End(int pass)
    {
        Exchange(0);
        _buckets.Wait();
        if (_step is null)
            return;
        if (pass == 0)
            _network.Kernels.Copy(_shards.Pointer, _step.Pointer, (nint)_shards.Length);
        else
            _network.Kernels.Add(_step.Pointer, _shards.Pointer, (nint)_shards.Length);
    }

    public override void Dispose()
    {
        _buckets.Dispose();
        _shards.Dispose();
        _step?.Dispose();
    }

    private void Exchange(int from)
    {
        for (; _next >= 0 && _ranges[_next].Start >= from; _next--)
        {
            _buckets.MarkReady(_next);
            if (!_overlaps)
                _buckets.WaitFor(_next);
            if (_next == 0 || _groups[_next - 1] != _groups[_next])
                OpenAfter(_groups[_next]);
        }
    }

    /// <summary>The next group's window is the one that the group before this one had.</summary>
    private void OpenAfter(int group)
    {
        if (group + 1 == _windows.Groups.Length)
            return;
        for (var i = 0; i < _ranges.Length && group > 0; i++)
        {
            if (_groups[i] == group - 1)
                _buckets.WaitFor(i);
        }
        _windows.Open(group + 1);
    }
}
