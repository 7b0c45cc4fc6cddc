using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;

namespace TuneGraph.Training;

/// <summary>
/// The memory of one training: a single block of the device, in which all arrays lie one after the other. Pointers are
/// places in it plus a base that no memory has, so that layers can reckon with them, and whoever looks behind one fails
/// at once. The block is taken when it is first needed, and again if more is taken later.
/// </summary>
/// <param name="device">Whose memory.</param>
/// <param name="stream">In which it is filled and moved.</param>
/// <param name="packed">
/// Numbers to an element of the block: 1 or, for those of 16 bits, 2. Pointers count them all as four bytes each.
/// </param>
internal sealed unsafe class GpuArena(GpuDevice device, AcceleratorStream stream, int packed = 1) : IDisposable
{
    private const long LowestBase = 1L << 45;

    /// <summary>Numbers to whose multiples arrays start: 256 bytes of 32 bits each.</summary>
    private const int Alignment = 64;

    private MemoryBuffer1D<float, Stride1D.Dense>? _block;
    private long _length = Alignment;

    /// <summary>How often the block was replaced by a longer one, of which earlier views are no part.</summary>
    public int Growths { get; private set; }

    private long Base => packed * LowestBase;

    /// <summary>Whether a pointer was taken here and not from the arena of wider numbers.</summary>
    public bool Owns(void* pointer) => (nint)pointer >= Base;

    /// <summary>An array of so many numbers: zeros, if it is the first in its place.</summary>
    public nint Take(long elements)
    {
        var place = _length;
        _length += (elements + Alignment - 1) / Alignment * Alignment;
        return (nint)(Base + (4 * place));
    }

    /// <summary>What a pointer stands for, to kernels.</summary>
    public ArrayView<float> View(void* pointer, long elements)
    {
        var place = ((nint)pointer - Base) >> 2;
        if (place < Alignment || place + elements > _length || place % packed != 0)
            throw new UnreachableException($"There is no array of {elements} elements at {(nint)pointer:x}.");
        (place, elements) = (place / packed, (elements + packed - 1) / packed);
        if (_block is null || place + elements > _block.Length)
            Grow();
        return _block!.View.BaseView.SubView(place, elements);
    }

    /// <summary>Something for arguments that a kernel does not look at.</summary>
    public ArrayView<float> Nothing => View((void*)(Base + (4 * Alignment)), 0);

    public void Dispose()
    {
        if (_block is null)
            return;
        try
        {
            stream.Synchronize();
            device.Pool.Return(_block);
        }
        catch (AcceleratorException)
        {
            // The device is lost, and its memory with it; why was said when it happened.
        }
        _block = null;
    }

    private void Grow()
    {
        var old = _block;
        var block = device.Pool.Rent(_length / packed);
        try
        {
            block.View.BaseView.MemSetToZero(stream);
            if (old is null)
            {
                _block = block;
                return;
            }
            old.View.BaseView.CopyTo(stream, block.View.BaseView.SubView(0, old.Length));
            stream.Synchronize();
        }
        catch (AcceleratorException e)
        {
            throw device.Failed(e);
        }
        _block = block;
        Growths++;
        device.Pool.Return(old);
    }
}
