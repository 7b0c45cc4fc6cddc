using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>
/// A byte queue with one writing and one reading rank, in shared memory. Positions only grow; they wrap by masking.
/// </summary>
/// <param name="memory">Header of <see cref="BoardLayout.StreamBytes"/>, then the bytes.</param>
/// <param name="capacity">Bytes that fit; a power of two.</param>
internal readonly unsafe struct BoardStream(byte* memory, int capacity)
{
    // Larger copies are published in pieces of this size, so that the reader works while the writer copies.
    private const int PieceBytes = 32 * 1024;

    private readonly byte* _memory = memory;

    internal bool HasBytes => Position(BoardLayout.Written) != Position(BoardLayout.Read);

    internal bool HasRoom => Position(BoardLayout.Written) - Position(BoardLayout.Read) < capacity;

    internal int TryWrite(ReadOnlySpan<byte> bytes)
    {
        ref var written = ref *(long*)(_memory + BoardLayout.Written);
        var room = capacity - (written - Volatile.Read(ref *(long*)(_memory + BoardLayout.Read)));
        var count = (int)Math.Min(Math.Min(room, bytes.Length), PieceBytes);
        if (count <= 0) return 0;
        var at = (int)(written & (capacity - 1));
        var first = Math.Min(count, capacity - at);
        bytes[..first].CopyTo(Bytes(at, first));
        bytes[first..count].CopyTo(Bytes(0, count - first));
        Volatile.Write(ref written, written + count);
        return count;
    }

    internal int TryRead(Span<byte> bytes)
    {
        ref var read = ref *(long*)(_memory + BoardLayout.Read);
        var there = Volatile.Read(ref *(long*)(_memory + BoardLayout.Written)) - read;
        var count = (int)Math.Min(Math.Min(there, bytes.Length), PieceBytes);
        if (count <= 0) return 0;
        var at = (int)(read & (capacity - 1));
        var first = Math.Min(count, capacity - at);
        Bytes(at, first).CopyTo(bytes);
        Bytes(0, count - first).CopyTo(bytes[first..]);
        Volatile.Write(ref read, read + count);
        return count;
    }

    private long Position(int place) => Volatile.Read(ref *(long*)(_memory + place));

    private Span<byte> Bytes(int at, int count) =>
        MemoryMarshal.CreateSpan(ref *(_memory + BoardLayout.StreamBytes + at), count);
}
