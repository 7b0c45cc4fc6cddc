using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace TuneGraph.Training;

/// <summary>
/// An array in a training's block of a device, and as many copies of it on the host as may be on their way: pinned, so
/// that the device fetches them by itself. An array's place in the block is given back with its training.
/// </summary>
/// <remarks>Each copy has a buffer of its own: ILGPU 1.5.3 moves whole buffers to and from OpenCL devices.</remarks>
internal sealed unsafe class GpuArray<T> : DeviceArray<T>
    where T : unmanaged
{
    private readonly GpuSession _owner;
    private readonly CPUMemoryBuffer?[] _copies;
    private int _current;

    /// <param name="owner">The training's memory.</param>
    /// <param name="length">Elements.</param>
    /// <param name="copies">Copies on the host.</param>
    public GpuArray(GpuSession owner, long length, int copies)
        : base(length)
    {
        _owner = owner;
        _copies = new CPUMemoryBuffer?[copies];
        Pointer = (T*)owner.Arena.Take(((length * sizeof(T)) + 3) / 4);
    }

    /// <inheritdoc/>
    public override T* Host => Length == 0 ? null : (T*)Copy.NativePtr;

    /// <summary>Made when first needed: what never leaves the device has no copy.</summary>
    private CPUMemoryBuffer Copy => _copies[_current] ??= Pinned();

    private ArrayView<T> View => _owner.Arena.View(Pointer, Length * sizeof(T) / 4).Cast<T>();

    private CPUMemoryBuffer Pinned()
    {
        try
        {
            return CPUMemoryBuffer.CreatePageLocked(_owner.Device.Accelerator, Length, sizeof(T));
        }
        catch (AcceleratorException e)
        {
            throw _owner.Device.Failed(e);
        }
    }

    public override void Download()
    {
        if (Length == 0)
            return;
        try
        {
            View.CopyTo(_owner.Stream, Copy.AsArrayView<T>(0, Length));
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
            Copy.AsArrayView<T>(0, Length).CopyTo(_owner.Stream, View);
        }
        catch (AcceleratorException e)
        {
            throw _owner.Device.Failed(e);
        }
        _current = (_current + 1) % _copies.Length;
        if (_current == 0)
            _owner.Wait();                                  // all copies may be on their way
    }

    public override void Dispose()
    {
        try
        {
            _owner.Stream.Synchronize();
            foreach (var copy in _copies)
                copy?.Dispose();
        }
        catch (AcceleratorException)
        {
            // The device is lost; why was said when it happened.
        }
        Array.Clear(_copies);
    }
}
