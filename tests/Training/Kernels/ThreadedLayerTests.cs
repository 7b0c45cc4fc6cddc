using System.Collections.Immutable;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Layers large enough that a team divides what they ask for.</summary>
public sealed class ThreadedLayerTests
{
    private static readonly ImageSpec _image = new() { Channels = 2, Height = 18, Width = 18 };

    private static readonly Dictionary<string, ImmutableArray<LayerSpec>> _models = new()
    {
        ["convolution"] =
        [
            _image, new ConvolutionSpec { Channels = 8, Kernel = 3, Padding = 1 }, new ActivationSpec(Activation.Relu),
            new ConvolutionSpec { Channels = 5, Kernel = 5, Stride = 2 }, new FlattenSpec(),
        ],
        ["pooling"] =
        [
            _image, new ConvolutionSpec { Channels = 6, Kernel = 3 }, new PoolingSpec(),
            new PoolingSpec { Kind = PoolingKind.Average, Size = 3, Stride = 2 }, new FlattenSpec(),
        ],
        ["batch norm"] =
        [
            _image, new ConvolutionSpec { Channels = 7, Kernel = 3 }, new BatchNormSpec(), new FlattenSpec(),
            new LinearSpec { Units = 500 }, new BatchNormSpec(), new ActivationSpec(Activation.Gelu),
        ],
        ["activations"] =
        [
            new LinearSpec { Units = 300 }, new ActivationSpec(Activation.Tanh),
            new LinearSpec { Units = 300 }, new ActivationSpec(Activation.Gelu),
            new LinearSpec { Units = 300 }, new ActivationSpec(Activation.Silu),
            new LinearSpec { Units = 300 }, new ActivationSpec(Activation.Sigmoid),
            new LinearSpec { Units = 300 }, new LayerNormSpec(), new ActivationSpec(Activation.Relu),
        ],
        ["attention"] =
        [
            new LinearSpec { Units = 90 }, new FeatureTokensSpec { Width = 24 }, new AttentionSpec { Heads = 3 },
            new AttentionSpec { Heads = 2, Causal = true }, new TokenMeanSpec(),
        ],
        ["layer norm"] =
        [
            new LinearSpec { Units = 700 }, new LayerNormSpec(), new LinearSpec { Units = 40 },
            new FeatureTokensSpec { Width = 24 }, new LayerNormSpec(), new TokenMeanSpec(),
        ],
    };

    public static TheoryData<string> Names => [.. _models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_number_of_threads_gives_the_bits_of_one(string name)
    {
        var alone = Differentiate(name, 1);
        Assert.Contains(alone, value => value != 0);
        Assert.Equal(alone, Differentiate(name, 2));
        Assert.Equal(alone, Differentiate(name, 3));
    }

    [Fact]
    public void Steps_of_a_team_allocate_nothing()
    {
        var data = SyntheticData.Classes(70, 648, 4);
        using var team = new ThreadTeam(2);
        using var kernels = Kernels<float>.On(team);
        using var network = Make("batch norm", data, kernels);
        int[] rows = [.. Enumerable.Range(0, 70)];
        SteadySteps.AllocateNothing(step => network.Step(data, rows, 1.0 / 70, new DropoutMask(5, 2, 0)));
    }

    /// <summary>Gradient, running statistics and losses of two passes.</summary>
    private static float[] Differentiate(string name, int threads)
    {
        var data = SyntheticData.Classes(70, 648, 4);
        using var team = new ThreadTeam(threads);
        using var kernels = Kernels<float>.On(team);
        using var network = Make(name, data, kernels);
        var losses = new float[2];
        for (var pass = 0; pass < losses.Length; pass++)
        {
            network.Step(data, [.. Enumerable.Range(0, 70 - (3 * pass))], 1.0 / 70, new DropoutMask(5, 2, 0));
            losses[pass] = (float)network.TakeLoss();
        }
        return [.. losses, .. network.Gradient.Span, .. network.Statistics.Span];
    }

    private static Network<float> Make(string name, Dataset data, Kernels<float> kernels) => Nets.Make(
        new LayeredSpec { List = [.. _models[name], new LinearSpec { Units = 4 }] }, data, 3, kernels: kernels);
}
