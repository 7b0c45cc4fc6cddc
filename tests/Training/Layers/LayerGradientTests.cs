using System.Collections.Immutable;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// Every layer's backward pass against central differences of its forward pass, in float64, with a layer that learns
/// before it, so that the gradient by its input is checked too.
/// </summary>
public sealed class LayerGradientTests
{
    private const double Step = 1e-5;
    private const double Tolerance = 1e-7;

    private static readonly ImmutableArray<LayerSpec> _tokens = [new FeatureTokensSpec { Width = 6 }];

    internal static LinearSpec Linear(int units) => new() { Units = units };

    private static ImageSpec Image(int channels, int height, int width) =>
        new() { Channels = channels, Height = height, Width = width };

    internal static Dictionary<string, ImmutableArray<LayerSpec>> Models => new()
    {
        ["linear on tokens"] = [.. _tokens, Linear(5), new ActivationSpec(Activation.Tanh), new FlattenSpec()],
        ["convolution"] = [Linear(32), Image(2, 4, 4), Convolution(3, 3, 1, 1), new FlattenSpec()],
        ["convolution with step"] = [Linear(50), Image(2, 5, 5), Convolution(3, 2, 2, 1), new FlattenSpec()],
        ["convolution wider than a panel"] =
            [Linear(72), Image(1, 6, 12), Convolution(17, 3, 1, 1), new PoolingSpec(), new FlattenSpec()],
        ["convolution with relu"] =
        [
            Linear(16), Image(1, 4, 4), Convolution(3, 3, 1, 0), new ActivationSpec(Activation.Relu),
            new FlattenSpec(),
        ],
        ["large kernel, much padding"] = [Linear(9), Image(1, 3, 3), Convolution(2, 5, 1, 4), new FlattenSpec()],
        ["max pooling"] = [Linear(25), Image(1, 5, 5), new PoolingSpec { Size = 3, Stride = 1 }, new FlattenSpec()],
        ["average pooling"] =
            [Linear(25), Image(1, 5, 5), new PoolingSpec { Kind = PoolingKind.Average, Size = 2 }, new FlattenSpec()],
        ["batch norm of channels"] = [Linear(18), Image(2, 3, 3), new BatchNormSpec(), new FlattenSpec()],
        ["batch norm of features"] = [Linear(7), new BatchNormSpec()],
        ["layer norm"] = [Linear(7), new LayerNormSpec()],
        ["layer norm of tokens"] = [Linear(5), .. _tokens, new LayerNormSpec(), new FlattenSpec()],
        ["feature tokens"] = [Linear(5), .. _tokens, new FlattenSpec()],
        ["positions"] = [.. _tokens, new PositionSpec(), new FlattenSpec()],
        ["token mean"] = [.. _tokens, new TokenMeanSpec()],
        ["attention"] = [.. _tokens, new AttentionSpec { Heads = 2 }, new FlattenSpec()],
        ["causal attention"] = [.. _tokens, new AttentionSpec { Heads = 3, Causal = true }, new FlattenSpec()],
        ["attention over many tokens"] =
        [
            Linear(19), new FeatureTokensSpec { Width = 18 }, new AttentionSpec { Heads = 2 }, new TokenMeanSpec(),
        ],
        ["residual"] =
        [
            Linear(7), new ResidualSpec([new ActivationSpec(Activation.Gelu), Linear(7), Dropout(0.3)]),
            new ActivationSpec(Activation.Silu),
        ],
        ["relu after residual"] =
            [Linear(7), new ResidualSpec([new ActivationSpec(Activation.Relu)]), new ActivationSpec(Activation.Relu)],
        ["sequential"] = [new SequentialSpec([Linear(7), new ActivationSpec(Activation.Sigmoid)]), Dropout(0.2)],
        ["dropout of channels"] =
            [Linear(18), Image(2, 3, 3), Convolution(2, 2, 1, 0), new ActivationSpec(Activation.Relu), Dropout(0.4),
                new ActivationSpec(Activation.Tanh), new FlattenSpec()],
        ["factorization"] = [Linear(6), new FactorizationLayerSpec { Units = 5, Factors = 3 }],
        ["first dropout"] = [Dropout(0.3), Linear(5)],
        ["first convolution"] = [Image(2, 1, 3), Convolution(20, 1, 1, 0), new FlattenSpec()],
    };

    public static TheoryData<string> Names => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_that_of_finite_differences(string name)
    {
        var data = SyntheticData.Classes(5, 6, 4);
        using var network = Nets.Make<double>(
            new LayeredSpec { List = [.. Models[name], Linear(4)] }, data, seed: 3);
        Scatter(network);
        GradientCheck.Run(network, data, Step, Tolerance);
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    public void A_model_may_end_in_an_activation(Activation activation)
    {
        var data = SyntheticData.Classes(5, 6, 4);
        var model = new LayeredSpec { List = [Linear(4), new ActivationSpec(activation)] };
        using var network = Nets.Make<double>(model, data, seed: 3);
        GradientCheck.Run(network, data, Step, Tolerance);
    }

    [Theory]
    [InlineData(LossKind.AbsoluteError)]
    [InlineData(LossKind.Huber)]
    public void The_gradient_of_other_errors_is_that_of_finite_differences(LossKind loss)
    {
        var data = SyntheticData.Numbers(9, 4);
        using var network = Nets.Make<double>(new MlpSpec { Hidden = [5] }, data, 3, loss, huberDelta: 0.4);
        GradientCheck.Run(network, data, Step, Tolerance);
    }

    [Fact]
    public void The_gradient_of_binary_cross_entropy_is_that_of_finite_differences()
    {
        var data = SyntheticData.Classes(9, 4, 2);
        using var network = Nets.Make<double>(
            new MlpSpec { Hidden = [5] }, data, 3, LossKind.BinaryCrossEntropy);
        GradientCheck.Run(network, data, Step, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_rows_give_a_gradient_of_zero_and_filling_stays_zero(string name)
    {
        var data = SyntheticData.Classes(5, 6, 4);
        using var network = Nets.Make<float>(
            new LayeredSpec { List = [.. Models[name], Linear(4)] }, data, seed: 3);
        network.Step(data, [0, 1, 2, 3, 4], 0.2, new DropoutMask(1, 1, 0));
        var filling = Enumerable.Range(0, network.Plan.Length).Except(GradientCheck.TrueElements(network.Plan));
        Assert.All(filling, i => Assert.Equal((0f, 0f), (network.Gradient.Span[i], network.Parameters.Span[i])));
        network.TakeLoss();
        network.Step(data, [], 1, new DropoutMask(1, 1, 0));
        Assert.Equal(0, network.TakeLoss());
        Assert.All(network.Gradient.Span.ToArray(), value => Assert.Equal(0, value));
    }

    private static DropoutSpec Dropout(double probability) => new() { Probability = probability };

    private static ConvolutionSpec Convolution(int channels, int kernel, int stride, int padding) =>
        new() { Channels = channels, Kernel = kernel, Stride = stride, Padding = padding };

    /// <summary>Parameters away from 0 and 1, so that no part of a gradient is 0 by chance.</summary>
    private static void Scatter(Network<double> network)
    {
        var random = new Random(7);
        foreach (var i in GradientCheck.TrueElements(network.Plan))
            network.Parameters.Span[i] = random.NextDouble() - 0.5;
    }
}
