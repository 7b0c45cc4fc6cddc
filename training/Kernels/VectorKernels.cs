using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The kernels for registers <typeparamref name="V"/>.</summary>
internal sealed unsafe class VectorKernels<T, V, S> : Kernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    public override int ScratchLength => ProductKernel<T, V, S>.ScratchLength;

    public override void Multiply(in Product<T> product, T* scratch) => ProductKernel<T, V, S>.Run(product, scratch);

    public override void Multiply(T* target, T* factors, nint count) =>
        ActivationKernels<T, V, S>.Multiply(target, factors, count);

    public override void Tanh(T* z, T* derivative, nint count) => ActivationKernels<T, V, S>.Tanh(z, derivative, count);

    public override void Gelu(T* z, T* derivative, nint count) => ActivationKernels<T, V, S>.Gelu(z, derivative, count);

    public override void MaskRelu(T* gradient, T* output, T scale, nint count) =>
        ActivationKernels<T, V, S>.MaskRelu(gradient, output, scale, count);

    public override void ColumnSums(T* source, int rows, int columns, T* sums) =>
        ActivationKernels<T, V, S>.ColumnSums(source, rows, columns, sums);

    public override (double Loss, int Correct) Softmax(T* logits, int rows, int stride, int classes, int* labels) =>
        LossKernels<T, V, S>.Softmax(logits, rows, stride, classes, labels);

    public override void CrossEntropyGradient(T* probabilities, int rows, int stride, int* labels, T scale) =>
        LossKernels<T, V, S>.CrossEntropyGradient(probabilities, rows, stride, labels, scale);

    public override double SquaredError(T* outputs, int rows, int stride, float* targets, T scale) =>
        LossKernels<T, V, S>.SquaredError(outputs, rows, stride, targets, scale);

    public override void Sgd(T* w, T* g, T* v, nint count, OptimizerSpec spec) =>
        OptimizerKernels<T, V, S>.Sgd(w, g, v, count, spec);

    public override void Adam(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, long step) =>
        OptimizerKernels<T, V, S>.Adam(w, g, m, v, count, spec, step);
}
