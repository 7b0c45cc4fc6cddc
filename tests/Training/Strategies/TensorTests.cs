using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Divided layers against whole ones.</summary>
public sealed class TensorTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]     // 4 heads and widths that 3 does not divide
    [InlineData(4)]
    [InlineData(5)]     // fewer heads than ranks: attention stays whole
    public void Divided_layers_give_what_whole_ones_give_forward_and_backward(int worldSize)
    {
        foreach (var spec in new[] { MeshRuns.Perceptron, MeshRuns.Transformer, MeshRuns.Images, Smooth })
        {
            var (whole, divided) = (MeshRuns.Run(spec, 1), MeshRuns.Run(Divided(spec), worldSize));

            // Parameters and what the optimizer has gathered of their gradients, after 20 steps.
            Assert.InRange(whole.Difference<double>(divided), 0, 1e-12);
            Assert.All(whole.Losses.Zip(divided.Losses), pair =>
                Assert.InRange(pair.Second / pair.First, 1 - 1e-12, 1 + 1e-12));
            Assert.Equal(whole.Reports[^1].ValidationAccuracy, divided.Reports[^1].ValidationAccuracy);
        }
    }

    [Fact]
    public void Divided_layers_round_as_float32_does()
    {
        foreach (var spec in new[] { MeshRuns.Perceptron, MeshRuns.Transformer })
        {
            var (whole, divided) = (MeshRuns.Run(spec, 1, false), MeshRuns.Run(Divided(spec), 2, false));

            Assert.InRange(whole.Difference<float>(divided), 0, 1e-5);
        }
    }

    [Fact]
    public void A_step_makes_one_all_reduce_forward_and_one_backward_for_each_pair_and_each_attention()
    {
        // Two pairs and an odd layer; nothing learns before the first pair, so nobody wants its input's gradient.
        Assert.Equal(2 + 1, AllReducesPerStep(MeshRuns.Perceptron).Length);
        // A block has an attention and a pair; before the first one, features become tokens by parameters.
        var transformer = AllReducesPerStep(MeshRuns.Transformer);
        Assert.Equal(2 * (2 + 2), transformer.Length);
        // Each of batch, tokens and width, which is filled up to 16.
        Assert.All(transformer, elements => Assert.Equal(53 * 12 * 16, elements));
        Assert.Single(AllReducesPerStep(MeshRuns.Perceptron with { Model = new MlpSpec { Hidden = [24] } }));
        Assert.Empty(AllReducesPerStep(MeshRuns.Images));
    }

    [Fact]
    public void A_resumed_training_gives_the_bits_of_an_unbroken_one_and_goes_on_with_whole_layers()
    {
        var spec = Divided(MeshRuns.Transformer);
        var half = Checkpoint.FromBytes(MeshRuns.Run(spec, 3, until: 2).File);
        var whole = MeshRuns.Run(spec, 3);

        Assert.Equal(whole.File, MeshRuns.Run(spec, 3, start: half).File);
        Assert.InRange(whole.Difference<double>(MeshRuns.Run(MeshRuns.Transformer, 1, start: half)), 0, 1e-12);
        Assert.InRange(whole.Difference<double>(MeshRuns.Run(spec, 2, start: half)), 0, 1e-12);
    }

    [Fact]
    public void The_first_values_are_the_bits_of_whole_layers()
    {
        var spec = MeshRuns.Transformer;
        var whole = MeshRuns.Run(spec, 1, until: 0);

        Assert.Equal(whole.File, MeshRuns.Run(Divided(spec), 3, until: 0).File);
    }

    [Fact]
    public void A_rank_holds_its_share_of_divided_layers()
    {
        var spec = MeshRuns.Perceptron with { Model = new MlpSpec { Hidden = [256, 16] }, Epochs = 1 };
        var (whole, divided) = (MeshRuns.Run(spec, 1).Reports[0], MeshRuns.Run(Divided(spec), 4).Reports[0]);

        // 12 x 256 + 256 + 256 x 16 divided by four; 16 and 16 x 5 (filled up to 8) + 8 whole.
        Assert.Equal(((((12 * 256) + 256 + (256 * 16)) / 4) + 16 + (16 * 8) + 8) * sizeof(double),
            divided.Memory.Parameters);
        Assert.Equal(whole.Parameters, divided.Parameters);
    }

    [Fact]
    public void Clipping_goes_by_the_norm_of_the_whole_model()
    {
        var spec = MeshRuns.Perceptron with
        {
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.02, ClipNorm = 0.5 },
        };

        Assert.InRange(MeshRuns.Run(spec, 1).Difference<double>(MeshRuns.Run(Divided(spec), 3)), 0, 1e-12);
    }

    [Fact]
    public void Norms_of_whole_tensors_are_not_to_be_had()
    {
        var spec = Divided(MeshRuns.Perceptron) with
        {
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Lamb, LearningRate = 0.02 },
        };
        var error = Assert.Throws<InvalidOperationException>(() => MeshRuns.Run(spec, 2));

        Assert.Contains("use AdamW", error.InnerException!.Message, StringComparison.Ordinal);
    }

    private static TrainingSpec Divided(TrainingSpec spec) => spec with { Strategy = new TensorStrategy() };

    /// <summary>Functions whose derivatives are kept, and two passes a step.</summary>
    private static TrainingSpec Smooth => MeshRuns.Perceptron with
    {
        Model = new MlpSpec { Hidden = [13, 7], Activation = Activation.Gelu, Dropout = 0.3 },
        Accumulation = 2,
    };

    /// <summary>Lengths of the vectors that rank 0 sums in a step: what two steps have more than one.</summary>
    private static long[] AllReducesPerStep(TrainingSpec spec)
    {
        long[] Of(int epochs)
        {
            var timeline = new CollectiveTimeline();
            var groups = InProcessGroup.Create(2, new InProcessOptions { Timeline = timeline });
            var whole = Divided(spec) with { BatchSize = MeshRuns.Rows.Rows, Epochs = 2 };
            Ranks.Run(groups, group => Trainer.TrainInDouble(
                whole, MeshRuns.Rows, null, group, null, epochs, _ => EpochVerdict.Continue));
            return [.. timeline.Spans
                .Where(span => span.Rank == 0 && span.Call.Kind == CollectiveKind.AllReduce
                    && span.Call is { Element: ElementType.F64, Elements: > 6 })
                .Select(span => span.Call.Elements)];
        }

        return Of(2)[Of(1).Length..];
    }
}
