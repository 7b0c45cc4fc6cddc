using System.Collections.Immutable;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class CheckpointTests
{
    private static Checkpoint Make() => Trainer.Train(
        new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [5] },
            Optimizer = new OptimizerSpec(),
            Epochs = 2,
            BatchSize = 8,
        },
        SyntheticData.Classes(20, 4, 3), null, InProcessGroup.Create(1)[0], null, 2, _ => EpochVerdict.Continue,
        TestContext.Current.CancellationToken).Checkpoint;

    [Fact]
    public void Bytes_give_back_the_checkpoint()
    {
        var checkpoint = Make();
        var read = Checkpoint.FromBytes(checkpoint.ToBytes());
        Assert.Equal((2, 6L), (read.FinishedEpochs, read.Steps));
        Assert.Equal("perceptron 4-5-3 Relu, CrossEntropy, Adam, Single", read.Fingerprint);
        Assert.Equal(checkpoint.ToBytes(), read.ToBytes());
    }

    [Fact]
    public void It_holds_parameters_and_both_moments_under_plain_names()
    {
        var file = SafeTensors.Read(Make().ToBytes());
        Assert.Equal([5, 4], file.Tensor("layers.0.weight").Shape);
        Assert.Equal([3], file.Tensor("layers.2.bias").Shape);
        Assert.Equal([3, 5], file.Tensor("optimizer.mean.layers.2.weight").Shape);
        Assert.Equal([3, 5], file.Tensor("optimizer.variance.layers.2.weight").Shape);
        Assert.Equal(12, file.Tensors.Length);
    }

    [Fact]
    public void A_foreign_file_is_refused()
    {
        var foreign = SafeTensors.Write(new SafeTensorsFile(
            [SafeTensor.Create<float>("a", [1], [1])], ImmutableDictionary<string, string>.Empty));
        Assert.Contains("not a checkpoint",
            Assert.Throws<InvalidDataException>(() => Checkpoint.FromBytes(foreign)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_that_is_no_number_is_refused()
    {
        var file = SafeTensors.Read(Make().ToBytes());
        var bytes = SafeTensors.Write(file with { Metadata = file.Metadata.SetItem("epochs", "-1") });
        Assert.Contains("'epochs' is '-1'",
            Assert.Throws<InvalidDataException>(() => Checkpoint.FromBytes(bytes)).Message, StringComparison.Ordinal);
    }
}
