using System.Collections.Immutable;
using System.Globalization;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace TuneGraph.Training;

/// <summary>ILGPU's compiler and the accelerators that it found. One a process, as it is slow to make. Thread-safe.</summary>
internal sealed class GpuContext : IDisposable
{
    /// <summary>Threads of a warp, and warps, of the simulator: groups of up to 256.</summary>
    private const int SimulatedWarp = 16;

    private static readonly Lazy<GpuContext> _shared = new(() => new GpuContext());

    private readonly Context _context;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, GpuDevice> _open = [];
    private readonly ImmutableArray<(string Name, Device Device)> _devices;

    /// <param name="accepts">Which OpenCL devices to take, of those that can run our kernels; null for all.</param>
    public GpuContext(Predicate<CLDevice>? accepts = null)
    {
        LibraryNames.Resolve();
        _context = Context.Create(builder => builder
            .Optimize(OptimizationLevel.O2)
            .Cuda()
            .OpenCL(accepts ?? (device => device.Capabilities.GenericAddressSpace))
            .CPU(new CPUDevice(SimulatedWarp, SimulatedWarp, 1)));
        _devices =
        [
            .. Named("cuda", _context.Devices.OfType<CudaDevice>()),
            .. Named("opencl", _context.Devices.OfType<CLDevice>().Where(device => device.Capabilities.Float64)),
            ("simulator", _context.GetCPUDevice(0)),
        ];
    }

    /// <summary>The context of the product; tests may make more.</summary>
    public static GpuContext Shared => _shared.Value;

    /// <summary>All but the simulator.</summary>
    public IEnumerable<ComputeDevice> Found => _devices.Where(entry => entry.Device is not CPUDevice)
        .Select(entry => new ComputeDevice(entry.Name, entry.Device.Name, entry.Device.MemorySize));

    /// <summary>The GPU that a rank should take; null if there is none.</summary>
    public string? Best(int rank)
    {
        var best = _devices.Where(entry => entry.Device is CudaDevice).ToImmutableArray();
        if (best.IsEmpty)
            best = [.. _devices.Where(entry => entry.Device is CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_GPU })];
        return best.IsEmpty ? null : best[rank % best.Length].Name;
    }

    /// <summary>The device of a name that was found.</summary>
    /// <exception cref="DeviceException">The driver refuses to work with it.</exception>
    public GpuDevice Open(string name)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(name, out var device))
                return device;
            try
            {
                var accelerator = _devices.Single(entry => entry.Name == name).Device.CreateAccelerator(_context);
                return _open[name] = new GpuDevice(name, accelerator);
            }
            catch (Exception e) when (e is AcceleratorException or NotSupportedException)
            {
                throw new DeviceException(name, DeviceFailure.Unavailable, $"{name} cannot be used: {e.Message}", e);
            }
        }
    }

    public void Dispose()
    {
        foreach (var device in _open.Values)
            device.Dispose();
        _context.Dispose();
    }

    private static IEnumerable<(string Name, Device Device)> Named(string kind, IEnumerable<Device> devices) =>
        devices.Select((device, i) => (string.Create(CultureInfo.InvariantCulture, $"{kind}:{i}"), device));
}
