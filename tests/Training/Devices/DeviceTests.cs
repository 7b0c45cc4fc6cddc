using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class CpuDeviceTests : DeviceConformance
{
    private protected override Kernels<float> Open() => Kernels<float>.Best;
}

public sealed class SimulatorDeviceTests : DeviceConformance
{
    private protected override Kernels<float> Open() => new GpuKernels(TestDevices.Simulator);
}

/// <summary>PoCL makes an OpenCL device of the processor: Debian's package pocl-opencl-icd.</summary>
public sealed class OpenClDeviceTests : DeviceConformance
{
    private protected override Kernels<float> Open() => new GpuKernels(TestDevices.Find(
        "opencl", "Install pocl-opencl-icd and ocl-icd-libopencl1 to test the kernels on the processor."));
}

public sealed class CudaDeviceTests : DeviceConformance
{
    private protected override Kernels<float> Open() =>
        new GpuKernels(TestDevices.Find("cuda", "An NVIDIA GPU and its driver are needed."));
}
