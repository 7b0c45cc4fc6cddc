using System.Text.Json.Nodes;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// Six steps of each optimizer beside PyTorch 1.13 (LAMB and Lion: beside their papers' algorithms), in float64:
/// Reference/training.json, made by Reference/torch_training.py. The parameters are two tensors, [3, 4] and [4].
/// </summary>
public sealed class TorchOptimizerTests
{
    private const int Steps = 6;

    public static TheoryData<int> Cases =>
        [.. Enumerable.Range(0, ReferenceFile.Read("training.json")["optimizers"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Six_steps_give_the_parameters_of_PyTorch(int index)
    {
        var stored = ReferenceFile.Read("training.json")["optimizers"]![index]!;
        var spec = SpecOf(stored["spec"]!);
        var plan = new ArenaPlan(Panels<double>.Width);
        var matrix = plan.Rows("matrix", [3, 4], 3, 4, InitialValues.Zero);
        var vector = plan.Vector("vector", 4, InitialValues.Zero);
        using var parameters = new NativeArray<double>(plan.Length);
        using var gradient = new NativeArray<double>(plan.Length);
        using var optimizer = new Optimizer<double>(
            spec, plan.Length, [matrix.Range, vector.Range], Kernels<double>.Best);
        matrix.Set(parameters.Span, Make(12, i => -1.5 + (3.5 * i / 11)));
        vector.Set(parameters.Span, Make(4, i => 0.5 - (0.25 * i)));
        for (var step = 1; step <= Steps; step++)
        {
            matrix.Set(gradient.Span, Make(12, i => Math.Sin((0.7 * i) + step)));
            vector.Set(gradient.Span, Make(4, i => 3 * Math.Cos(i + (0.3 * step))));
            optimizer.Step(parameters, gradient, 0.1);
        }
        var (m, v) = (new double[12], new double[4]);
        matrix.Get(parameters.Span, m);
        vector.Get(parameters.Span, v);
        var expected = ReferenceFile.Numbers(stored["parameters"]!);
        double[] actual = [.. m, .. v];
        // PyTorch's clipped gradient is 5e-7 shorter, since it adds 1e-6 to the norm.
        var tolerance = spec.ClipNorm > 0 ? 1e-5 : 1e-12;
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    private static OptimizerSpec SpecOf(JsonNode stored) => new()
    {
        Kind = Enum.Parse<OptimizerKind>((string)stored["kind"]!),
        Momentum = (double?)stored["momentum"] ?? 0.9,
        Nesterov = (bool?)stored["nesterov"] ?? false,
        Beta2 = (double?)stored["beta2"] ?? 0.999,
        Decay = (double?)stored["decay"] ?? 0.99,
        WeightDecay = (double?)stored["weightDecay"] ?? 0,
        ClipNorm = (double?)stored["clipNorm"] ?? 0,
        ClipValue = (double?)stored["clipValue"] ?? 0,
    };

    private static double[] Make(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];
}
