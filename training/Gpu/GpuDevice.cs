using System.Numerics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace TuneGraph.Training;

/// <summary>An accelerator with its kernels and its memory, shared by all trainings on it. Thread-safe.</summary>
internal sealed class GpuDevice : IDisposable
{
    /// <summary>Threads of a group on the simulator, and of one whose threads wait for each other.</summary>
    private const int SimulatedThreads = 16, SimulatedTogether = 4;

    /// <summary>The fewest threads of a group elsewhere: a warp.</summary>
    private const int LeastThreads = 32;

    private readonly List<GpuKernel> _kernels = [];
    private volatile DeviceException? _lost;

    /// <param name="name">What it is called in specifications.</param>
    /// <param name="accelerator">What computes.</param>
    /// <param name="driver">What may fail; null for the accelerator's own.</param>
    public GpuDevice(string name, Accelerator accelerator, GpuDriver? driver = null)
    {
        Name = name;
        Accelerator = accelerator;
        Driver = driver ?? new GpuDriver(accelerator);
        HasTensorCores = accelerator is CudaAccelerator cuda && cuda.Architecture >= CudaArchitecture.SM_80;
        Pool = new GpuPool(this);
        Code = new GpuCode(this);
        IsSimulated = accelerator.AcceleratorType == AcceleratorType.CPU;
        Threads = IsSimulated ? SimulatedThreads : Block.MostThreads;
    }

    public string Name { get; }
    public Accelerator Accelerator { get; }
    public GpuDriver Driver { get; }
    public GpuPool Pool { get; }
    public GpuCode Code { get; }

    /// <summary>Whether every thread of it is one of the system's, and every barrier theirs.</summary>
    public bool IsSimulated { get; }

    /// <summary>Whether <see cref="TensorProductCode"/> runs on it.</summary>
    public bool HasTensorCores { get; }

    /// <summary>Held while a kernel is launched or loaded.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Threads of a group, where the kernel leaves it open.</summary>
    public int Threads { get; }

    /// <summary>Threads of a group that together go over so many things, a power of two.</summary>
    public int ThreadsFor(int size) => IsSimulated
        ? SimulatedTogether
        : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(size, LeastThreads, Block.MostThreads));

    public IReadOnlyList<GpuKernel> Kernels => _kernels;

    /// <summary>Whether memory was exhausted, said in one of the ways in which drivers say it.</summary>
    public static bool IsOutOfMemory(Exception e) => e switch
    {
        OutOfMemoryException => true,
        CudaException cuda => cuda.Error.Contains("MEMORY", StringComparison.OrdinalIgnoreCase),
        CLException cl => cl.Error is CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES
            or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE,
        _ => false,
    };

    /// <summary>What a driver says.</summary>
    public static string Reason(Exception e) => e is CLException cl ? cl.Error.ToString() : e.Message.TrimEnd('.');

    public void Register(GpuKernel kernel) => _kernels.Add(kernel);

    /// <summary>Compiles and loads all kernels, so that the first steps of a training do not wait for it.</summary>
    public void LoadAll()
    {
        foreach (var kernel in _kernels)
        {
            if (HasTensorCores || !kernel.NeedsTensorCores)
                kernel.Load();
        }
    }

    /// <exception cref="DeviceException">The device has failed before.</exception>
    public void Check()
    {
        if (_lost is { } lost)
            throw new DeviceException(Name, DeviceFailure.Lost, lost.Message, lost);
    }

    /// <summary>
    /// What to throw when the accelerator reports an error. After most of them it is of no use any more.
    /// </summary>
    public DeviceException Failed(AcceleratorException e)
    {
        if (IsOutOfMemory(e))
        {
            return new DeviceException(Name, DeviceFailure.OutOfMemory,
                $"out of memory on device {Name} while it computed: {Reason(e)}. {GpuPool.WayOut}", e);
        }
        return _lost = new DeviceException(Name, DeviceFailure.Lost,
            $"device {Name} is lost: {Reason(e)}. It is not used again by this process; restart the worker.", e);
    }

    public void Dispose()
    {
        Pool.Dispose();
        Accelerator.Dispose();
    }
}
