using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace TuneGraph.Collectives;

/// <summary>
/// What the members of one in-process group have in common. The memory is managed and pinned, so that a group that is
/// forgotten is collected like anything else.
/// </summary>
internal sealed unsafe class InProcessHub
{
    private const int StreamCapacity = 256 * 1024;

    private readonly byte[] _board;
    private readonly byte[]?[] _streams;
    private readonly Dictionary<string, (InProcessHub Hub, int Joined)> _children = [];

    internal InProcessHub(int worldSize)
    {
        WorldSize = worldSize;
        _board = Pinned(BoardLayout.HeaderBytes(worldSize));
        _streams = new byte[worldSize * worldSize][];
        Memory = Aligned(_board);
        Bell = new MonitorBell((int*)(Memory + BoardLayout.Strokes), (int*)(Memory + BoardLayout.Parked), new object());
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
            var made = Pinned(BoardLayout.StreamBytes + StreamCapacity);
            stream = Interlocked.CompareExchange(ref place, made, null) ?? made;
        }
        return new(Aligned(stream), StreamCapacity);
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

    private static byte[] Pinned(int bytes) => GC.AllocateArray<byte>(bytes + BoardLayout.Line, pinned: true);

    private static byte* Aligned(byte[] pinned)
    {
        var start = (nint)Unsafe.AsPointer(ref pinned[0]);
        return (byte*)((start + BoardLayout.Line - 1) & ~(nint)(BoardLayout.Line - 1));
    }
}
