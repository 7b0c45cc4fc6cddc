using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>Working memory of one member, kept between calls and grown when a call needs more.</summary>
internal sealed unsafe class Scratch
{
    private const int Alignment = 64;

    private byte* _memory;
    private long _bytes;

    ~Scratch() => NativeMemory.AlignedFree(_memory);

    /// <summary>Room for so many bytes, unspecified content, valid until the next call.</summary>
    internal byte* Reserve(long bytes)
    {
        if (bytes <= _bytes) return _memory;
        NativeMemory.AlignedFree(_memory);
        _bytes = 0;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        _bytes = bytes;
        return _memory;
    }
}
