using System.Numerics;
using System.Runtime.Intrinsics;

namespace TuneGraph.Training;

/// <summary>
/// The vocabulary in which a model computes, for one register width. Calls are virtual; the loops behind them are not.
/// Array sizes are multiples of the panel width (<see cref="Panels{T}"/>), so that no loop has a remainder.
/// </summary>
internal abstract unsafe class Kernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For the widest registers that this processor has in hardware.</summary>
    public static Kernels<T> Best { get; } =
        Vector512.IsHardwareAccelerated ? new VectorKernels<T, Vector512<T>, Lanes512<T>>()
        : Vector256.IsHardwareAccelerated ? new VectorKernels<T, Vector256<T>, Lanes256<T>>()
        : new VectorKernels<T, Vector128<T>, Lanes128<T>>();

    /// <summary>Elements of scratch memory that <see cref="Multiply(in Product{T}, T*)"/> needs.</summary>
    public abstract int ScratchLength { get; }

    public abstract void Multiply(in Product<T> product, T* scratch);
    public abstract void Multiply(T* target, T* factors, nint count);
    public abstract void Tanh(T* z, T* derivative, nint count);
    public abstract void Gelu(T* z, T* derivative, nint count);
    public abstract void MaskRelu(T* gradient, T* output, T scale, nint count);
    public abstract void ColumnSums(T* source, int rows, int columns, T* sums);
    public abstract (double Loss, int Correct) Softmax(T* logits, int rows, int stride, int classes, int* labels);
    public abstract void CrossEntropyGradient(T* probabilities, int rows, int stride, int* labels, T scale);
    public abstract double SquaredError(T* outputs, int rows, int stride, float* targets, T scale);
    public abstract void Sgd(T* w, T* g, T* v, nint count, OptimizerSpec spec);
    public abstract void Adam(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, long step);
}
