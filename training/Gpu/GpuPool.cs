using System.Globalization;
using ILGPU;
using ILGPU.Runtime;

namespace TuneGraph.Training;

/// <summary>
/// A device's memory, in blocks that trainings rent one after the other: taking memory from a driver, and giving it
/// back, makes the device wait for all its work. Thread-safe.
/// </summary>
internal sealed class GpuPool(GpuDevice device) : IDisposable
{
    /// <summary>Blocks are multiples of it: 4 MiB.</summary>
    private const long Granule = 1 << 20;

    /// <summary>What a user can do about too little memory.</summary>
    public const string WayOut = "Lower batchSize, or raise accumulation; keep 16 bits (precision: bfloat16); take a "
        + "smaller model, or fewer trials at a time.";

    private readonly Lock _lock = new();
    private readonly List<MemoryBuffer1D<float, Stride1D.Dense>> _free = [];
    private long _rented;

    /// <summary>Elements rented at present.</summary>
    public long Rented => Interlocked.Read(ref _rented);

    /// <summary>A block of at least so many elements; what it holds is what another left.</summary>
    /// <exception cref="DeviceException">The device has no room for it.</exception>
    public MemoryBuffer1D<float, Stride1D.Dense> Rent(long elements)
    {
        var length = (elements + Granule - 1) / Granule * Granule;
        lock (_lock)
        {
            var fitting = _free.Where(block => block.Length >= length && block.Length <= 2 * length)
                .MinBy(block => block.Length);
            if (fitting is not null)
                _free.Remove(fitting);
            var block = fitting ?? Allocate(length);
            _rented += block.Length;
            return block;
        }
    }

    /// <summary>Takes a block back, of which nothing is at work any more.</summary>
    public void Return(MemoryBuffer1D<float, Stride1D.Dense> block)
    {
        lock (_lock)
        {
            _rented -= block.Length;
            _free.Add(block);
        }
    }

    public void Dispose()
    {
        foreach (var block in _free)
            block.Dispose();
        _free.Clear();
    }

    private MemoryBuffer1D<float, Stride1D.Dense> Allocate(long length)
    {
        try
        {
            return device.Driver.Allocate(length);
        }
        catch (Exception e) when (GpuDevice.IsOutOfMemory(e))
        {
            Dispose();                                      // what nobody rents
        }
        catch (AcceleratorException e)
        {
            throw device.Failed(e);
        }
        try
        {
            return device.Driver.Allocate(length);
        }
        catch (Exception e) when (GpuDevice.IsOutOfMemory(e))
        {
            throw Full(length, e);
        }
        catch (AcceleratorException e)
        {
            throw device.Failed(e);
        }
    }

    private DeviceException Full(long length, Exception e)
    {
        var total = device.Accelerator.MemorySize;
        var free = device.Driver.FreeBytes is { } bytes ? $"free {Mebibytes(bytes)}, " : "";
        var whole = total < long.MaxValue / 2 ? $" of {Mebibytes(total)}" : "";
        return new DeviceException(device.Name, DeviceFailure.OutOfMemory, $"out of memory on device {device.Name}: "
            + $"asked for {Mebibytes(4 * length)}, {free}rented to trainings {Mebibytes(4 * _rented)}{whole}. {WayOut}",
            e);
    }

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");
}
