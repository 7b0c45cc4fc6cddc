using System.Diagnostics;

namespace TuneGraph.Training;

/// <summary>Numbers of 16 bits, which never leave their device.</summary>
internal sealed unsafe class GpuValues : DeviceArray<float>
{
    public GpuValues(GpuArena arena, long length)
        : base(length) => Pointer = (float*)arena.Take(length);

    public override float* Host =>
        throw new UnreachableException("Numbers of 16 bits are copied to wider ones before the host reads them.");

    public override void Download() => _ = Host;

    public override void Upload() => _ = Host;

    public override void Dispose()
    {
    }
}
