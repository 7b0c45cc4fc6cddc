using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace TuneGraph.Training;

/// <summary>
/// What of a device's driver may fail while a training goes on, and does when a device is lost or full: tests derive
/// one that fails when it is told to.
/// </summary>
internal class GpuDriver(Accelerator accelerator)
{
    /// <summary>Bytes that are free; null where the driver does not tell.</summary>
    public virtual long? FreeBytes => accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : null;

    /// <summary>Takes memory, in elements of four bytes.</summary>
    public virtual MemoryBuffer1D<float, Stride1D.Dense> Allocate(long elements) =>
        accelerator.Allocate1D<float>(elements);

    /// <summary>Every launch of a kernel asks first.</summary>
    public virtual void BeforeLaunch()
    {
    }

    /// <summary>Waits until a stream has done all that was asked of it.</summary>
    public virtual void Wait(AcceleratorStream stream) => stream.Synchronize();
}
