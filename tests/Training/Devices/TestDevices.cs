using System.Reflection;
using ILGPU.Runtime.OpenCL;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// The accelerators that tests run kernels on: ILGPU's simulator everywhere, any OpenCL device (PoCL makes one of the
/// processor) and CUDA where they are installed.
/// </summary>
internal static class TestDevices
{
    private static readonly Lazy<GpuContext> _context = new(() => new GpuContext(AcceptAll));

    public static GpuDevice Simulator => _context.Value.Open("simulator");

    /// <summary>The device; skips the test that asks where there is none.</summary>
    public static GpuDevice Find(string kind, string howToGetIt)
    {
        var name = _context.Value.Found
            .FirstOrDefault(device => device.Name.StartsWith(kind, StringComparison.Ordinal))?.Name;
        Assert.SkipWhen(name is null, $"No {kind} device here. {howToGetIt}");
        return _context.Value.Open(name!);
    }

    /// <summary>
    /// PoCL 3.1, which Debian 12 has, says that it lacks the generic address space, which our kernels do without; ILGPU
    /// asks for it all the same.
    /// </summary>
    private static bool AcceptAll(CLDevice device)
    {
        typeof(CLDevice).Assembly.GetType("ILGPU.Runtime.OpenCL.CLCapabilityContext", throwOnError: true)!
            .GetProperty("GenericAddressSpace", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!
            .SetValue(device.Capabilities, true);
        return true;
    }
}
