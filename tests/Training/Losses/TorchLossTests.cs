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
        var z = values.Pointer;
        var (rows, kernels) = (outputs.Length, Kernels<double>.Best);
        using var tally = new NativeArray<double>(2);
        switch (kind)
        {
            case LossKind.SquaredError:
                kernels.SquaredError(z, rows, stride, goals.Pointer, 1, tally.Pointer);
                break;
            case LossKind.AbsoluteError:
                kernels.AbsoluteError(z, rows, stride, goals.Pointer, 1, tally.Pointer);
                break;
            case LossKind.Huber:
                kernels.Huber(z, rows, stride, goals.Pointer, 0.7, 1, tally.Pointer);
                break;
            default:
                kernels.BinaryCrossEntropy(z, rows, stride, labels.Pointer, 1, tally.Pointer);
                break;
        }
        Assert.Equal((double)stored["loss"]!, tally.Span[0], 1e-12);
        var gradient = ReferenceFile.Numbers(stored["gradient"]!);
        for (var row = 0; row < rows; row++)
            Assert.Equal(gradient[row], values.Span[row * stride], 1e-12);
    }
}
