using System.Runtime.InteropServices;

namespace TuneGraph.Training;

/// <summary>Zeroed native memory on a page border: outside the garbage collector, given back at once.</summary>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private const nuint Alignment = 4096;

    public NativeArray(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        var bytes = checked((nuint)Math.Max(1, length) * (nuint)sizeof(T));
        Pointer = (T*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(Pointer, bytes);
    }

    ~NativeArray() => Free();

    public T* Pointer { get; private set; }

    public long Length { get; }

    /// <summary>The elements; at most 2³¹ - 1 of them.</summary>
    public Span<T> Span => new(Pointer, checked((int)Length));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
