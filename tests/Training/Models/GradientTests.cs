using System.Numerics;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Backward passes against central differences of the forward pass, in float64.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-6;

    /// <summary>Central differences err by about h² f''' / 6 + 1e-16 / h: some 1e-10; room for curvature.</summary>
    private const double Tolerance = 2e-8;

    public static TheoryData<Activation, int[], double> Models
    {
        get
        {
            var models = new TheoryData<Activation, int[], double> { { Activation.Relu, [], 0 } };
            foreach (var activation in Enum.GetValues<Activation>())
            {
                models.Add(activation, [7], 0);
                models.Add(activation, [9, 17, 5], 0);
                models.Add(activation, [9, 17], 0.4);
            }
            return models;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_gradient_of_cross_entropy_is_that_of_finite_differences(
        Activation activation, int[] hidden, double dropout) =>
        Check(SyntheticData.Classes(11, 6, 4), activation, hidden, dropout);

    [Theory]
    [MemberData(nameof(Models))]
    public void The_gradient_of_squared_error_is_that_of_finite_differences(
        Activation activation, int[] hidden, double dropout) =>
        Check(SyntheticData.Numbers(11, 6), activation, hidden, dropout);

    private static void Check(Dataset data, Activation activation, int[] hidden, double dropout)
    {
        var spec = new MlpSpec { Hidden = [.. hidden], Activation = activation, Dropout = dropout };
        var layout = MlpLayout.Of<double>(spec, data.Features, data.Schema.Outputs);
        using var network = new Network<double>(layout, data.Rows, trains: true, Kernels<double>.Best);
        WeightInitializer.Fill(network.Parameters.Span, layout, 3);
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        var mask = new DropoutMask(5, 2, 100);
        double Loss() => network.Step(data, rows, 1.0 / rows.Length, mask) / rows.Length;

        Loss();
        var gradient = network.Gradient.Span.ToArray();
        Assert.Contains(gradient, value => value != 0);
        foreach (var i in TrueElements<double>(layout))
        {
            ref var parameter = ref network.Parameters.Span[i];
            var value = parameter;
            parameter = value + Step;
            var above = Loss();
            parameter = value - Step;
            var below = Loss();
            parameter = value;
            Assert.Equal((above - below) / (2 * Step), gradient[i], Tolerance);
        }
    }

    [Fact]
    public void Elements_that_fill_up_panels_have_no_gradient_and_stay_zero()
    {
        var data = SyntheticData.Classes(11, 6, 4);
        var layout = MlpLayout.Of<float>(
            new MlpSpec { Hidden = [9, 17], Activation = Activation.Tanh, Dropout = 0.2 }, data.Features, 4);
        using var network = new Network<float>(layout, data.Rows, trains: true, Kernels<float>.Best);
        using var optimizer = new Optimizer<float>(
            new OptimizerSpec { Kind = OptimizerKind.AdamW, WeightDecay = 0.1 }, layout.Length, Kernels<float>.Best);
        WeightInitializer.Fill(network.Parameters.Span, layout, 3);
        for (var step = 0; step < 3; step++)
        {
            network.Step(data, [0, 1, 2, 3, 4], 0.2, new DropoutMask(1, 1, 0));
            optimizer.Step(network.Parameters, network.Gradient);
        }
        var padding = Enumerable.Range(0, layout.Length).Except(TrueElements<float>(layout)).ToArray();
        Assert.NotEmpty(padding);
        Assert.All(padding, i => Assert.Equal((0f, 0f), (network.Gradient.Span[i], network.Parameters.Span[i])));
    }

    [Fact]
    public void No_rows_give_a_gradient_of_zero()
    {
        var data = SyntheticData.Classes(11, 6, 4);
        var layout = MlpLayout.Of<float>(new MlpSpec { Hidden = [9] }, data.Features, 4);
        using var network = new Network<float>(layout, data.Rows, trains: true, Kernels<float>.Best);
        WeightInitializer.Fill(network.Parameters.Span, layout, 3);
        network.Step(data, [0, 1, 2], 1, new DropoutMask(1, 1, 0));
        Assert.Equal(0, network.Step(data, [], 1, new DropoutMask(1, 1, 0)));
        Assert.All(network.Gradient.Span.ToArray(), value => Assert.Equal(0, value));
    }

    /// <summary>Arena elements that are weights or biases rather than padding.</summary>
    private static IEnumerable<int> TrueElements<T>(MlpLayout layout)
        where T : unmanaged, INumber<T>
    {
        T[] positions = [.. Enumerable.Range(0, layout.Length).Select(T.CreateChecked)];
        foreach (var layer in layout.Layers)
        {
            var weights = new T[layer.Inputs * layer.Outputs];
            MlpLayout.GetWeights<T>(positions, layer, weights);
            foreach (var position in weights)
                yield return int.CreateChecked(position);
            for (var o = 0; o < layer.Outputs; o++)
                yield return layer.Biases + o;
        }
    }
}
