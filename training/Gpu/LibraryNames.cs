using System.Runtime.InteropServices;
using ILGPU;

namespace TuneGraph.Training;

/// <summary>
/// Where the drivers' libraries are: ILGPU asks for names without a version, which only development packages install.
/// </summary>
internal static class LibraryNames
{
    private static readonly Lazy<bool> _resolver = new(() =>
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, static (name, _, _) => name switch
            {
                "cuda" => Load("libcuda.so.1"),
                "OpenCL" => Load("libOpenCL.so.1"),
                _ => 0,                                     // as if there were no resolver
            });
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;                                   // the program around us has set its own
        }
    });

    /// <summary>Whether a driver of CUDA or OpenCL is installed at all: cheaper than asking it for devices.</summary>
    public static bool AnyDriver => CublasLibrary.TryLoad(
        ["libcuda.so.1", "nvcuda.dll", "libOpenCL.so.1", "OpenCL.dll"], out _);

    /// <summary>Makes ILGPU find them; once a process.</summary>
    public static void Resolve() => _ = _resolver.Value;

    private static nint Load(string name) => NativeLibrary.TryLoad(name, out var handle) ? handle : 0;
}
