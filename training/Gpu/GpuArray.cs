using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace TuneGraph.Training;

/// <summary>
/// An array in a training's block of a device, and as many copies of it on the host as may be on their way: pinned, so
/// that the device fetches them by itself. An array's memory is given back with its training.
/// </summary>
internal sealed unsafe class GpuArray<T> : DeviceArray<T>
    where T : unmanaged
{
    private readonly GpuKernels _owner;
    private readonly int _copies;
    private PageLockedArray1D<T>? _memory;
    private int _current;

    /// <param name="owner">The training's kernels.</param>
    /// <param name="length">Elements.</param>
    /// <param name="copies">Copies on the host.</param>
    public GpuArray(GpuKernels owner, long length, int copies)
        : base(length)
    {
        (_owner, _copies) = (owner, copies);
        Pointer = (T*)owner.Arena.Take(((length * sizeof(T)) + 3) / 4);
    }

    /// <inheritdoc/>
    /// <remarks>Made at the first call: what never leaves the device has no copy.</remarks>
    public override T* Host
    {
        get
        {
            _memory ??= _owner.Device.Accelerator.AllocatePageLocked1D<T>(Math.Max(1, Length) * _copies);
            var first = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_memory.Span));
            return first + (_current * Length);
        }
    }

    private ArrayView<T> View => _owner.Arena.View(Pointer, Length * sizeof(T) / 4).Cast<T>();

    public override void Download()
    {
        if (Length == 0)
            return;
        try
        {
            View.CopyToCPUUnsafeAsync(_owner.Stream, ref *Host, Length);
        }
        catch (AcceleratorException e)
        {
            throw _owner.Device.Failed(e);
        }
        _owner.Wait();
    }

    public override void Upload()
    {
        if (Length == 0)
            return;
        try
        {
            View.CopyFromCPUUnsafeAsync(_owner.Stream, ref *Host, Length);
        }
        catch (AcceleratorException e)
        {
            throw _owner.Device.Failed(e);
        }
        _current = (_current + 1) % _copies;
        if (_current == 0)
            _owner.Wait();                                  // all copies may be on their way
    }

    public override void Dispose()
    {
        if (_memory is null)
            return;
        try
        {
            _owner.Stream.Synchronize();
            _memory.Dispose();
        }
        catch (AcceleratorException)
        {
            // The device is lost; why was said when it happened.
        }
        _memory = null;
    }
}
