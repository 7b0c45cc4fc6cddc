using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// The simulator's driver with so much memory and no more, whose device is lost at a launch or while somebody waits.
/// </summary>
internal sealed class FaultyDriver(Accelerator accelerator) : GpuDriver(accelerator)
{
    private long _taken;
    private int _calls;

    /// <summary>Elements that all blocks together may have.</summary>
    public long Memory { get; init; } = long.MaxValue / 8;

    /// <summary>The call (launch or wait) at which the device is lost; null for none.</summary>
    public int? LostAt { get; init; }

    public override long? FreeBytes => 4 * (Memory - _taken);

    public override MemoryBuffer1D<float, Stride1D.Dense> Allocate(long elements)
    {
        if (_taken + elements > Memory)
            throw new CLException(CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE);
        _taken += elements;
        return base.Allocate(elements);
    }

    public override void BeforeLaunch() => Count();

    public override void Wait(AcceleratorStream stream)
    {
        Count();
        base.Wait(stream);
    }

    private void Count()
    {
        if (_calls++ >= LostAt)
            throw new CLException(CLError.CL_DEVICE_NOT_AVAILABLE);
    }
}
