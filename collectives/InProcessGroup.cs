using System.Collections.Immutable;
using System.Numerics;

namespace TuneGraph.Collectives;

/// <summary>Ranks that are threads of one process.</summary>
public sealed class InProcessGroup : ProcessGroup
{
    private readonly Meeting _meeting;

    private InProcessGroup(Meeting meeting, int rank)
    {
        _meeting = meeting;
        Rank = rank;
    }

    /// <inheritdoc/>
    public override int Rank { get; }
    /// <inheritdoc/>
    public override int WorldSize => _meeting.Size;

    /// <summary>One member per rank.</summary>
    public static ImmutableArray<ProcessGroup> Create(int worldSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(worldSize, 1);
        var meeting = new Meeting(worldSize);
        return [.. Enumerable.Range(0, worldSize).Select(rank => (ProcessGroup)new InProcessGroup(meeting, rank))];
    }

    /// <inheritdoc/>
    public override void AllReduce(Span<float> values, ReduceOp op = ReduceOp.Sum) => Reduce(values, op);
    /// <inheritdoc/>
    public override void AllReduce(Span<double> values, ReduceOp op = ReduceOp.Sum) => Reduce(values, op);

    /// <inheritdoc/>
    public override void Broadcast(Span<byte> values, int root = 0)
    {
        _meeting.Slots[Rank] = Rank == root ? values.ToArray() : null;
        Barrier();
        ((byte[])_meeting.Slots[root]!).CopyTo(values);
        Barrier();
    }

    /// <inheritdoc/>
    public override void Barrier() => _meeting.Wait();
    /// <inheritdoc/>
    public override void Abort(string reason) => _meeting.Abort(reason, Rank);

    private void Reduce<T>(Span<T> values, ReduceOp op) where T : unmanaged, INumber<T>
    {
        if (WorldSize == 1)
            return;
        var copy = values.ToArray();
        _meeting.Slots[Rank] = copy;
        Barrier();
        for (var i = 0; i < copy.Length; i++)
        {
            var sum = ((T[])_meeting.Slots[0]!)[i];
            for (var rank = 1; rank < WorldSize; rank++)
            {
                var other = ((T[])_meeting.Slots[rank]!)[i];
                sum = op switch
                {
                    ReduceOp.Min => T.Min(sum, other),
                    ReduceOp.Max => T.Max(sum, other),
                    _ => sum + other,
                };
            }
            values[i] = op == ReduceOp.Mean ? sum / T.CreateChecked(WorldSize) : sum;
        }
        Barrier();
    }

    private sealed class Meeting(int size)
    {
        private readonly object _gate = new();
        private int _arrived;
        private int _generation;
        private (string Reason, int Rank)? _abort;

        public int Size { get; } = size;
        public object?[] Slots { get; } = new object?[size];

        public void Wait()
        {
            lock (_gate)
            {
                ThrowIfAborted();
                var mine = _generation;
                if (++_arrived == Size)
                {
                    _arrived = 0;
                    _generation++;
                    Monitor.PulseAll(_gate);
                }
                while (mine == _generation && _abort is null)
                    Monitor.Wait(_gate);
                ThrowIfAborted();
            }
        }

        public void Abort(string reason, int rank)
        {
            lock (_gate)
            {
                _abort ??= (reason, rank);
                Monitor.PulseAll(_gate);
            }
        }

        private void ThrowIfAborted()
        {
            if (_abort is { } abort)
                throw new CollectiveAbortedException(abort.Reason, abort.Rank);
        }
    }
}
