using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>A mesh of ranks against one device.</summary>
public sealed class MixedTests
{
    public static TheoryData<int, int, int> Meshes => new()
    {
        { 2, 2, 1 }, { 2, 1, 2 }, { 1, 2, 2 }, { 2, 2, 2 }, { 3, 2, 1 }, { 2, 3, 2 },
    };

    [Theory]
    [MemberData(nameof(Meshes))]
    public void A_mesh_gives_what_one_device_gives(int data, int pipeline, int tensor)
    {
        foreach (var spec in new[] { MeshRuns.Perceptron, MeshRuns.Transformer })
        {
            var strategy = Strategy(data, pipeline, tensor);
            var (alone, mesh) = (MeshRuns.Run(spec, 1), MeshRuns.Run(strategy(spec), data * pipeline * tensor));

            Assert.InRange(alone.Difference<double>(mesh), 0, 1e-12);
            Assert.All(alone.Reports.Zip(mesh.Reports), pair =>
            {
                Assert.InRange(pair.Second.TrainLoss / pair.First.TrainLoss, 1 - 1e-12, 1 + 1e-12);
                Assert.InRange(pair.Second.ValidationLoss / pair.First.ValidationLoss, 1 - 1e-12, 1 + 1e-12);
            });
        }
    }

    [Fact]
    public void Two_pipelines_give_the_bits_of_two_data_parallel_ranks_with_batch_norm_too()
    {
        foreach (var spec in new[] { MeshRuns.Transformer, MeshRuns.Images })
        {
            var parallel = MeshRuns.Run(spec with { Accumulation = 3 }, 2);
            var mesh = MeshRuns.Run(Strategy(2, 3, 1)(spec), 6);

            Assert.Equal(parallel.File, mesh.File);
        }
    }

    [Fact]
    public void A_mesh_in_float32_rounds_as_float32_does()
    {
        var alone = MeshRuns.Run(MeshRuns.Transformer, 1, false);
        var mesh = MeshRuns.Run(Strategy(2, 2, 2)(MeshRuns.Transformer), 8, false);

        Assert.InRange(alone.Difference<float>(mesh), 0, 1e-5);
    }

    [Fact]
    public void A_resumed_mesh_gives_the_bits_of_an_unbroken_one_and_another_mesh_goes_on()
    {
        var (mesh, other) = (Strategy(2, 2, 1)(MeshRuns.Transformer), Strategy(1, 2, 2)(MeshRuns.Transformer));
        var half = Checkpoint.FromBytes(MeshRuns.Run(mesh, 4, until: 2).File);
        var whole = MeshRuns.Run(mesh, 4);

        Assert.Equal(whole.File, MeshRuns.Run(mesh, 4, start: half).File);
        Assert.InRange(whole.Difference<double>(MeshRuns.Run(other, 4, start: half)), 0, 1e-12);
    }

    /// <summary>Two parts of a batch on two parts of the layers: all four ranks send much the same.</summary>
    [Fact]
    public void What_a_rank_sends_within_its_mesh_is_counted()
    {
        var run = MeshRuns.Run(Strategy(2, 1, 2)(MeshRuns.Perceptron), 4);

        // Not quite the same, as vectors do not divide evenly; and the report's own sums come to the epoch's.
        var equal = run.Measure("bytes") / 4;
        Assert.InRange(run.Reports[^1].SentBytes, 0.97 * equal, (1.03 * equal) + 2000);
    }

    [Fact]
    public void A_mesh_needs_as_many_ranks_as_it_has_places()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => MeshRuns.Run(Strategy(2, 2, 1)(MeshRuns.Perceptron), 3));

        Assert.Equal(
            "data 2 x pipeline 2 x tensor 1 are 4 ranks, but worldSize is 3.", error.InnerException!.Message);
    }

    private static Func<TrainingSpec, TrainingSpec> Strategy(int data, int pipeline, int tensor) => spec => spec with
    {
        Strategy = new MixedStrategy { Data = data, Pipeline = pipeline, Tensor = tensor, MicroBatches = 3 },
    };
}
