using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The devices of this machine. Thread-safe; drivers are asked once a process, when first needed.</summary>
public static class ComputeDevices
{
    /// <summary>All devices found: the CPU, then what drivers report, the simulator left out.</summary>
    public static ImmutableArray<ComputeDevice> All =>
        LibraryNames.AnyDriver ? [_cpu, .. GpuContext.Shared.Found] : [_cpu];

    private static readonly ComputeDevice _cpu = new("cpu", "Processor", 0);

    /// <summary>
    /// Compiles all kernels for a device, which takes seconds, so that the first training on it does not wait.
    /// </summary>
    /// <param name="name">The device.</param>
    /// <param name="rank">Which rank asks, from 0: where the name leaves open which device.</param>
    /// <returns>The device chosen.</returns>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static string Load(DeviceName name, int rank = 0)
    {
        if (Resolve(name, rank) is not { } chosen)
            return "cpu";
        GpuContext.Shared.Open(chosen).LoadAll();
        return chosen;
    }

    /// <summary>Kernels for one training.</summary>
    /// <exception cref="DeviceException">There is no such device, or it has failed.</exception>
    /// <exception cref="ArgumentException">float64 cannot be rounded to 16 bits.</exception>
    internal static Kernels<T> Open<T>(TrainingSpec spec, int rank, ThreadTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float) && spec.Precision != Precision.Float32)
            throw new ArgumentException($"A training in float64 has no precision {spec.Precision}.", nameof(spec));
        if (Resolve(spec.Device, rank) is not { } chosen)
            return OnCpu<T>(team, spec.Precision);
        if (typeof(T) != typeof(float))
            throw new DeviceException(chosen, DeviceFailure.Unavailable, $"{chosen} trains in float32 only. Use cpu.");
        return (Kernels<T>)(object)new GpuKernels(
            GpuContext.Shared.Open(chosen), precision: spec.Precision, allowsTf32: spec.Tf32);
    }

    private static Kernels<T> OnCpu<T>(ThreadTeam team, Precision precision)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => precision == Precision.Float32
        ? Kernels<T>.On(team)
        : (Kernels<T>)(object)new RoundedKernels(Kernels<float>.On(team), precision);

    /// <summary>The accelerator that a name stands for; null for the CPU.</summary>
    private static string? Resolve(DeviceName name, int rank)
    {
        if (name.Kind == "cpu")
            return null;
        if (name.Kind == "auto")
            return LibraryNames.AnyDriver ? GpuContext.Shared.Best(rank) : null;
        if (name.Kind == "simulator")
            return name.Kind;
        var found = All;
        var kind = found.Count(device => device.Name.StartsWith(name.Kind, StringComparison.Ordinal));
        var index = name.Index ?? (kind == 0 ? 0 : rank % kind);
        var chosen = string.Create(CultureInfo.InvariantCulture, $"{name.Kind}:{index}");
        if (index < kind)
            return chosen;
        var why = name.Kind == "cuda"
            ? "NVIDIA's driver (libcuda.so.1) reports none"
            : "the OpenCL loader (libOpenCL.so.1) reports none that our kernels can run on";
        throw new DeviceException(chosen, DeviceFailure.Unavailable, $"There is no device {chosen}: "
            + $"{(kind == 0 ? why : $"of its kind there are only {kind}")}. Found: "
            + $"{string.Join(", ", found.Select(device => $"{device.Name} ({device.Description})"))}. Use one of "
            + "these, or auto.");
    }
}
