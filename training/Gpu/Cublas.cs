using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace TuneGraph.Training;

/// <summary>A handle of cuBLAS for the stream of one training.</summary>
internal sealed unsafe class Cublas : IDisposable
{
    /// <summary>Multiplications and additions, over two, from which a call beats our own kernels.</summary>
    private const long WorthIt = 1 << 24;

    /// <summary>Elements of the handle's own workspace: 32 MiB, what NVIDIA advises for its Hopper devices.</summary>
    private const int WorkspaceLength = 8 << 20;

    /// <summary>cublasComputeType_t: float32, and float32 whose factors are rounded to tf32.</summary>
    private const int Float32 = 68, Float32ByTf32 = 77;

    private readonly CublasLibrary _library;
    private readonly GpuSession _owner;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _memory;
    private nint _handle;

    private Cublas(CublasLibrary library, GpuSession owner)
    {
        (_library, _owner) = (library, owner);
        using var binding = owner.Device.Accelerator.BindScoped();
        nint handle;
        Check(library.Create(&handle), "cublasCreate");
        _handle = handle;
        Check(library.SetStream(handle, ((CudaStream)owner.Stream).StreamPtr), "cublasSetStream");
        _memory = owner.Device.Pool.Rent(WorkspaceLength);
        Check(library.SetWorkspace(handle, _memory.NativePtr, (nuint)WorkspaceLength * 4), "cublasSetWorkspace");
    }

    /// <summary>A handle, where the device is CUDA's and the library loads; else null.</summary>
    public static Cublas? Of(GpuSession owner) =>
        owner.Stream is CudaStream && CublasLibrary.Shared is { } library ? new Cublas(library, owner) : null;

    /// <summary>Whether the library leaves something to do.</summary>
    public static bool NeedsFinish(in ProductArguments p) => p.HasBias + p.HasRowBias + p.Relu > 0;

    /// <summary>Whether a product is large enough, and one batch of evenly spaced ones.</summary>
    public bool Pays(in ProductArguments p) => _handle != 0 && p.Pairs == 1
        && (long)p.Rows * p.Columns * p.Depth * p.Count >= WorthIt
        && (p.InnerCount == 1 || p.Count == p.InnerCount)
        && p.A.Values.Format == p.B.Values.Format && (p.C.Format == 0 || p.C.Format == p.A.Values.Format);

    /// <summary>
    /// C = scale * A B (+ C). The library is column-major, where our C is Cᵀ = Bᵀ Aᵀ and our rows are its columns.
    /// </summary>
    public void Multiply(in ProductArguments p)
    {
        using var binding = _owner.Device.Accelerator.BindScoped();
        float alpha = p.Scale, beta = p.Accumulate;
        var outer = p.InnerCount == 1;
        // Columns past the places of B stay what they were, which is 0.
        var columns = p.B.PlacesAdjoin != 0 ? p.Columns : p.B.Places;
        if (p.A.Values.Format == 0 && !_owner.AllowsTf32)
        {
            Check(_library.Sgemm(
                _handle, 1 - p.B.PlacesAdjoin, p.A.PlacesAdjoin, columns, p.Rows, p.Depth, &alpha,
                Address(p.B.Values), p.B.Stride, outer ? p.B.Outer : p.B.Inner,
                Address(p.A.Values), p.A.Stride, outer ? p.A.Outer : p.A.Inner, &beta,
                Address(p.C), p.StrideC, outer ? p.OuterC : p.InnerC, p.Count), "cublasSgemmStridedBatched");
            return;
        }
        Check(_library.GemmEx(
            _handle, 1 - p.B.PlacesAdjoin, p.A.PlacesAdjoin, columns, p.Rows, p.Depth, &alpha,
            Address(p.B.Values), TypeOf(p.B.Values), p.B.Stride, outer ? p.B.Outer : p.B.Inner,
            Address(p.A.Values), TypeOf(p.A.Values), p.A.Stride, outer ? p.A.Outer : p.A.Inner, &beta,
            Address(p.C), TypeOf(p.C), p.StrideC, outer ? p.OuterC : p.InnerC, p.Count,
            p.A.Values.Format == 0 ? Float32ByTf32 : Float32, -1), "cublasGemmStridedBatchedEx");
    }

    public void Dispose()
    {
        if (_handle == 0)
            return;
        using (_owner.Device.Accelerator.BindScoped())
            _ = _library.Destroy(_handle);
        _handle = 0;
        _owner.Device.Pool.Return(_memory);
    }

    private static nint Address(in Numbers numbers) => numbers.Values.LoadEffectiveAddressAsPtr();

    /// <summary>cudaDataType_t.</summary>
    private static int TypeOf(in Numbers numbers) => (Precision)numbers.Format switch
    {
        Precision.Float16 => 2,
        Precision.BFloat16 => 14,
        _ => 0,
    };

    private void Check(int status, string function)
    {
        if (status == 0)
            return;
        throw new DeviceException(_owner.Device.Name, DeviceFailure.Lost,
            $"device {_owner.Device.Name} is lost: {function} of {_library.Name} gave status {status}.");
    }
}
