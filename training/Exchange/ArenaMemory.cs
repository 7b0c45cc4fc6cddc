using System.Buffers;

namespace TuneGraph.Training;

/// <summary>A part of an arena as the memory that collectives take; does not own it.</summary>
internal sealed unsafe class ArenaMemory<T>(T* start, int length) : MemoryManager<T>
    where T : unmanaged
{
    public override Span<T> GetSpan() => new(start, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
