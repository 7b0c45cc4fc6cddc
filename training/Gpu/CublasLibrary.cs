using System.Runtime.InteropServices;

namespace TuneGraph.Training;

/// <summary>
/// The few functions of NVIDIA's cuBLAS that we call, of any version from 11 to 13 that loads: their names and
/// arguments are the same in all of them.
/// </summary>
internal sealed unsafe class CublasLibrary
{
    private static readonly Lazy<CublasLibrary?> _shared = new(Open);

    private CublasLibrary(string name, nint library)
    {
        Name = name;
        nint Find(string function) => NativeLibrary.GetExport(library, function);
        Create = (delegate* unmanaged<nint*, int>)Find("cublasCreate_v2");
        Destroy = (delegate* unmanaged<nint, int>)Find("cublasDestroy_v2");
        SetStream = (delegate* unmanaged<nint, nint, int>)Find("cublasSetStream_v2");
        SetWorkspace = (delegate* unmanaged<nint, nint, nuint, int>)Find("cublasSetWorkspace_v2");
        Sgemm = (delegate* unmanaged<
            nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int>)
            Find("cublasSgemmStridedBatched");
        GemmEx = (delegate* unmanaged<
            nint, int, int, int, int, int, float*, nint, int, int, long, nint, int, int, long, float*, nint, int, int,
            long, int, int, int, int>)Find("cublasGemmStridedBatchedEx");
    }

    /// <summary>The newest that loads; null if none does.</summary>
    public static CublasLibrary? Shared => _shared.Value;

    /// <summary>The file that was loaded.</summary>
    public string Name { get; }

    public delegate* unmanaged<nint*, int> Create { get; }

    public delegate* unmanaged<nint, int> Destroy { get; }

    public delegate* unmanaged<nint, nint, int> SetStream { get; }

    /// <summary>(handle, memory, bytes): with memory of its own, a handle gives the same bits every time.</summary>
    public delegate* unmanaged<nint, nint, nuint, int> SetWorkspace { get; }

    /// <summary>
    /// (handle, transposes A, transposes B, m, n, k, α, A, its leading dimension and its step from one product to the
    /// next, B …, β, C …, products), column-major.
    /// </summary>
    public delegate* unmanaged<
        nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int>
        Sgemm
    { get; }

    /// <summary>The same, where after each matrix comes its type, and after the products how and by what to
    /// compute.</summary>
    public delegate* unmanaged<
        nint, int, int, int, int, int, float*, nint, int, int, long, nint, int, int, long, float*, nint, int, int,
        long, int, int, int, int> GemmEx
    { get; }

    /// <summary>Loads the first of several libraries that is there.</summary>
    public static bool TryLoad(ReadOnlySpan<string> names, out (string Name, nint Handle) library)
    {
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var handle))
                continue;
            library = (name, handle);
            return true;
        }
        library = default;
        return false;
    }

    private static CublasLibrary? Open()
    {
        string[] names =
        [
            "libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "cublas64_13.dll", "cublas64_12.dll",
            "cublas64_11.dll",
        ];
        return TryLoad(names, out var library) ? new CublasLibrary(library.Name, library.Handle) : null;
    }
}
