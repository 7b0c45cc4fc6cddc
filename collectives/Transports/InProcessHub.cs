using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// What the members of one in-process group have in common. The memory is managed and pinned, so that a group that is
/// forgotten is collected like anything else.
/// </summary>
internal sealed unsafe class InProcessHub
{
    private const int StreamCapacity = 256 * 1024;

    private readonly PinnedMemory _board;
    private readonly PinnedMemory?[] _streams;
    private readonly Dictionary<string, (InProcessHub Hub, int Joined)> _children = [];

    internal InProcessHub(int worldSize)
    {
        WorldSize = worldSize;
        _board = new(BoardLayout.HeaderBytes(worldSize));
        _streams = new PinnedMemory?[worldSize * worldSize];
        Memory = _board.Start;
        Bell = new MonitorBell(new(2 * BoardLayout.Line));
    }

    internal int WorldSize { get; }

    internal byte* Memory { get; }

    internal Bell Bell { get; }

    /// <summary>The queue between two ranks, made when first used by either.</summary>
    internal BoardStream Stream(int from, int to)
    {
        ref var place = ref _streams[(from * WorldSize) + to];
        var stream = Volatile.Read(ref place);
        if (stream is null)
        {
            var made = new PinnedMemory(BoardLayout.StreamBytes + StreamCapacity);
            stream = Interlocked.CompareExchange(ref place, made, null) ?? made;
        }
        return new(stream.Start, StreamCapacity);
    }

    /// <summary>The hub of a sub-group: the first member makes it, the last one takes it off the list.</summary>
    internal InProcessHub Join(ImmutableArray<int> members, long key)
    {
        var name = $"{key}:{string.Join(',', members)}";
        lock (_children)
        {
            if (!_children.TryGetValue(name, out var child)) child = (new(members.Length), 0);
            child.Joined++;
            if (child.Joined == members.Length) _children.Remove(name);
            else _children[name] = child;
            return child.Hub;
        }
    }
}
