using System.Runtime.InteropServices;

namespace TuneGraph.Training;

/// <summary>Zeroed native memory on a page border: outside the garbage collector, given back at once.</summary>
internal sealed unsafe class NativeArray<T> : DeviceArray<T>
    where T : unmanaged
{
    private const nuint Alignment = 4096;

    public NativeArray(long length)
        : base(length)
    {
        var bytes = checked((nuint)Math.Max(1, length) * (nuint)sizeof(T));
        Pointer = (T*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(Pointer, bytes);
    }

    ~NativeArray() => Free();

    public override T* Host => Pointer;

    public override void Download()
    {
    }

    public override void Upload()
    {
    }

    public override void Dispose()
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
