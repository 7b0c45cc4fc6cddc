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
        using var network = Nets.Make<double>(spec, data, seed: 3);
        GradientCheck.Run(network, data, Step, Tolerance);
    }

    [Fact]
    public void Elements_that_fill_up_panels_have_no_gradient_and_stay_zero()
    {
        var data = SyntheticData.Classes(11, 6, 4);
        var spec = new MlpSpec { Hidden = [9, 17], Activation = Activation.Tanh, Dropout = 0.2 };
        using var network = Nets.Make<float>(spec, data, seed: 3);
        var plan = network.Plan;
        using var optimizer = new Optimizer<float>(
            new OptimizerSpec { Kind = OptimizerKind.AdamW, WeightDecay = 0.1 }, plan.Length, [], Kernels<float>.Best);
        for (var step = 0; step < 3; step++)
        {
            network.Step(data, [0, 1, 2, 3, 4], 0.2, new DropoutMask(1, 1, 0));
            optimizer.Step(network.Parameters, network.Gradient, 1e-3);
        }
        var padding = Enumerable.Range(0, plan.Length).Except(GradientCheck.TrueElements(plan)).ToArray();
        Assert.NotEmpty(padding);
        Assert.All(padding, i => Assert.Equal((0f, 0f), (network.Gradient.Span[i], network.Parameters.Span[i])));
    }

    [Fact]
    public void No_rows_give_a_gradient_of_zero()
    {
        var data = SyntheticData.Classes(11, 6, 4);
        using var network = Nets.Make<float>(new MlpSpec { Hidden = [9] }, data, seed: 3);
        network.Step(data, [0, 1, 2], 1, new DropoutMask(1, 1, 0));
        network.TakeLoss();
        network.Step(data, [], 1, new DropoutMask(1, 1, 0));
        Assert.Equal(0, network.TakeLoss());
        Assert.All(network.Gradient.Span.ToArray(), value => Assert.Equal(0, value));
    }
}
