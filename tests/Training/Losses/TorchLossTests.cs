using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Losses of one output and their gradients beside PyTorch 1.13: Reference/training.json.</summary>
public sealed unsafe class TorchLossTests
{
    [Theory]
    [InlineData(LossKind.SquaredError)]
    [InlineData(LossKind.AbsoluteError)]
    [InlineData(LossKind.Huber)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void A_loss_and_its_gradient_are_those_of_PyTorch(LossKind kind)
    {
        var stored = ReferenceFile.Read("training.json")["losses"]!.AsArray()
            .Single(entry => (string)entry!["kind"]! == kind.ToString())!;
        var outputs = ReferenceFile.Numbers(stored["outputs"]!);
        var targets = ReferenceFile.Numbers(stored["targets"]!);
        var stride = Panels<double>.Width;
        using var values = new NativeArray<double>(outputs.Length * stride);
        using var labels = new NativeArray<int>(outputs.Length);
        using var goals = new NativeArray<float>(outputs.Length);
        for (var row = 0; row < outputs.Length; row++)
        {
            values.Span[row * stride] = outputs[row];
            (labels.Span[row], goals.Span[row]) = ((int)targets[row], (float)targets[row]);
        }
        var (z, rows, kernels) = ((nint)values.Pointer, outputs.Length, Kernels<double>.Best);
        var loss = kind switch
        {
            LossKind.SquaredError => kernels.SquaredError((double*)z, rows, stride, goals.Pointer, 1),
            LossKind.AbsoluteError => kernels.AbsoluteError((double*)z, rows, stride, goals.Pointer, 1),
            LossKind.Huber => kernels.Huber((double*)z, rows, stride, goals.Pointer, 0.7, 1),
            _ => kernels.BinaryCrossEntropy((double*)z, rows, stride, labels.Pointer, 1).Loss,
        };
        Assert.Equal((double)stored["loss"]!, loss, 1e-12);
        var gradient = ReferenceFile.Numbers(stored["gradient"]!);
        for (var row = 0; row < rows; row++)
            Assert.Equal(gradient[row], values.Span[row * stride], 1e-12);
    }
}
