using System.Runtime.InteropServices;

namespace TuneGraph;

/// <summary>
/// What the GPUs of this machine are doing, as NVIDIA's management library (NVML) tells it. The library comes with the
/// driver; where it is missing there is no such thing. Asked in the background: a driver that hangs delays nobody, and
/// what it said before counts no more after half a minute.
/// </summary>
internal sealed class GpuLoad : IDisposable
{
    private const int Success = 0;
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _stale = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly GetUtilization _utilization;
    private readonly GetMemory _memory;
    private readonly nint[] _devices;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private (Reading Reading, long At)? _last;
    private int _isAsking;

    private GpuLoad(TimeProvider time, GetUtilization utilization, GetMemory memory, nint[] devices)
    {
        (_time, _utilization, _memory, _devices) = (time, utilization, memory, devices);
        _timer = time.CreateTimer(_ => Ask(), null, TimeSpan.Zero, _period);
    }

    private delegate int Initialize();

    private delegate int GetCount(out uint count);

    private delegate int GetHandle(uint index, out nint device);

    private delegate int GetUtilization(nint device, out Utilization utilization);

    private delegate int GetMemory(nint device, out DeviceMemory memory);

    /// <summary>What was read last; null while nothing was, or where it is too old.</summary>
    public Reading? Last
    {
        get
        {
            lock (_lock)
                return _last is { } last && _time.GetElapsedTime(last.At) < _stale ? last.Reading : null;
        }
    }

    /// <summary>The GPUs of this machine; null where no driver tells of any.</summary>
    public static GpuLoad? Find(TimeProvider time, string? library = null)
    {
        library ??= OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1";
        if (!NativeLibrary.TryLoad(library, out var nvml))
            return null;
        try
        {
            if (Function<Initialize>(nvml, "nvmlInit_v2")() != Success
                || Function<GetCount>(nvml, "nvmlDeviceGetCount_v2")(out var count) != Success || count == 0)
                return null;
            var handle = Function<GetHandle>(nvml, "nvmlDeviceGetHandleByIndex_v2");
            var devices = new List<nint>();
            for (var i = 0u; i < count; i++)
            {
                if (handle(i, out var device) == Success)
                    devices.Add(device);
            }

            return devices.Count == 0
                ? null
                : new GpuLoad(
                    time,
                    Function<GetUtilization>(nvml, "nvmlDeviceGetUtilizationRates"),
                    Function<GetMemory>(nvml, "nvmlDeviceGetMemoryInfo"),
                    [.. devices]);
        }
        catch (EntryPointNotFoundException)
        {
            return null; // an older driver, or another library of that name
        }
    }

    public void Dispose() => _timer.Dispose();

    private static T Function<T>(nint library, string name)
        where T : Delegate =>
        Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));

    private void Ask()
    {
        if (Interlocked.Exchange(ref _isAsking, 1) == 1)
            return; // the driver has not answered yet
        try
        {
            var (busy, used, total, told) = (0.0, 0L, 0L, 0);
            foreach (var device in _devices)
            {
                if (_utilization(device, out var utilization) != Success || _memory(device, out var memory) != Success)
                    continue; // a slice of a card, for instance, tells nothing of its use
                (busy, used, total, told) =
                    (busy + (utilization.Gpu / 100.0), used + (long)memory.Used, total + (long)memory.Total, told + 1);
            }

            lock (_lock)
                _last = told == 0 ? null : (new Reading(busy / told, used, total), _time.GetTimestamp());
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }

    /// <summary>What the GPUs are doing together.</summary>
    /// <param name="Busy">Share of the time in which one computed, on average over the GPUs, from 0 to 1.</param>
    /// <param name="MemoryBytes">Memory in use.</param>
    /// <param name="TotalBytes">Memory that they have.</param>
    internal readonly record struct Reading(double Busy, long MemoryBytes, long TotalBytes);

    // nvmlUtilization_t: per cent of the time.
    [StructLayout(LayoutKind.Sequential)]
    private struct Utilization
    {
        public uint Gpu;
        public uint Memory;
    }

    // nvmlMemory_t: bytes.
    [StructLayout(LayoutKind.Sequential)]
    private struct DeviceMemory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }
}
