using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TuneGraph.Training;

namespace TuneGraph.Worker;

/// <summary>
/// Finds the accelerators of this machine as trainings would, in a process of its own: a driver's fault is not to take
/// the worker down.
/// </summary>
internal static class OwnDevices
{
    public const string Verb = "count-devices";

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private static readonly string[] _drivers = OperatingSystem.IsWindows()
        ? ["nvcuda.dll", "OpenCL.dll"]
        : ["libcuda.so.1", "libOpenCL.so.1"];

    /// <summary>How many there are; 0 where the drivers do not answer in time.</summary>
    public static async Task<int> CountAsync()
    {
        if (!_drivers.Any(driver => NativeLibrary.TryLoad(driver, out _)))
            return 0; // no driver, so nothing to ask
        using var process = Process.Start(RankChild.Self(Verb))!;
        using var limit = new CancellationTokenSource(_limit);
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(limit.Token);
            var isNumber = int.TryParse(said.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
            return isNumber ? count : 0;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return 0;
        }
    }

    /// <summary>That process.</summary>
    public static int Tell()
    {
        var kinds = ComputeDevices.All.GroupBy(device => device.Name.Split(':')[0]).Where(kind => kind.Key != "cpu");
        // One card may be known to two drivers.
        Console.Out.WriteLine(kinds.Select(kind => kind.Count()).DefaultIfEmpty().Max());
        return 0;
    }
}
