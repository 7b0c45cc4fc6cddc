using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace TuneGraph.Training;

/// <summary>A kernel as its device knows it.</summary>
internal abstract class GpuKernel
{
    private protected GpuKernel(GpuDevice device, MethodInfo code, KernelSpecialization specialization)
    {
        (Code, Specialization) = (code, specialization);
        device.Register(this);
    }

    /// <summary>What a thread does.</summary>
    public MethodInfo Code { get; }

    /// <summary>The most threads of a group, and groups at a time, which bounds the registers of a thread.</summary>
    public KernelSpecialization Specialization { get; }

    /// <summary>Whether only CUDA devices from compute capability 8.0 on can run it.</summary>
    public bool NeedsTensorCores { get; init; }

    /// <summary>Compiles and loads it, unless that is done.</summary>
    public abstract void Load();
}

/// <summary>A kernel that takes its arguments as one structure.</summary>
/// <param name="device">What it runs on.</param>
/// <param name="code">What a thread does.</param>
/// <param name="threads">The most threads of a group.</param>
/// <param name="groups">Groups that shall fit a multiprocessor at a time.</param>
internal sealed class GpuKernel<TArguments>(
    GpuDevice device, Action<TArguments> code, int threads = Block.MostThreads, int groups = 1)
    : GpuKernel(device, code.Method, new KernelSpecialization(threads, groups))
    where TArguments : struct
{
    private readonly GpuDevice _device = device;
    private Action<AcceleratorStream, KernelConfig, TArguments>? _launcher;

    /// <summary>Asks for so many groups of so many threads; none do nothing.</summary>
    /// <exception cref="DeviceException">The device failed.</exception>
    public void Launch(AcceleratorStream stream, long groupCount, int groupThreads, in TArguments arguments)
    {
        if (groupCount == 0)
            return;
        try
        {
            _device.Driver.BeforeLaunch();
            // OpenCL keeps the arguments of a launch in the kernel, so one thread at a time.
            lock (_device.Gate)
                Launcher(stream, new KernelConfig(checked((int)groupCount), groupThreads), arguments);
        }
        catch (AcceleratorException e)
        {
            throw _device.Failed(e);
        }
    }

    public override void Load()
    {
        lock (_device.Gate)
            _ = Launcher;
    }

    private Action<AcceleratorStream, KernelConfig, TArguments> Launcher => _launcher ??= Compile();

    private Action<AcceleratorStream, KernelConfig, TArguments> Compile()
    {
        try
        {
            return _device.Accelerator.LoadKernel(code, Specialization);
        }
        catch (Exception e) when (e is AcceleratorException or InternalCompilerException)
        {
            throw new DeviceException(_device.Name, DeviceFailure.Unavailable,
                $"{_device.Name} cannot run the kernel {Code.Name}: {GpuDevice.Reason(e)}. Use another device.", e);
        }
    }
}
