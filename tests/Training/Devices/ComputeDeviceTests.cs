using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("cpu", "cpu", null)]
    [InlineData("cuda", "cuda", null)]
    [InlineData("cuda:0", "cuda", 0)]
    [InlineData("opencl:12", "opencl", 12)]
    [InlineData("auto", "auto", null)]
    public void A_name_is_read_and_written(string text, string kind, int? index)
    {
        var name = DeviceName.Parse(text);
        Assert.Equal((kind, index, text), (name.Kind, name.Index, name.ToString()));
    }

    [Theory]
    [InlineData("cud", "did you mean 'cuda'?")]
    [InlineData("cpu:0", "names no device")]
    [InlineData("cuda:x", "any number may follow the colon")]
    [InlineData("cuda:0:1", "names no device")]
    public void What_names_no_device_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => DeviceName.Parse(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void The_default_is_the_cpu() => Assert.Equal(DeviceName.Cpu, default);

    [Fact]
    public void The_cpu_is_found_first() => Assert.Equal("cpu", ComputeDevices.All[0].Name);

    [Fact]
    public void A_device_that_is_not_there_is_told_with_those_that_are()
    {
        var error = Assert.Throws<DeviceException>(() => ComputeDevices.Load(DeviceName.Parse("cuda:99")));
        Assert.Equal((DeviceFailure.Unavailable, "cuda:99"), (error.Failure, error.Device));
        Assert.Contains("Found: cpu (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_training_runs_on_a_device_by_its_name()
    {
        var data = SyntheticData.Classes(24, 4, 2);
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [5] },
            Optimizer = new OptimizerSpec { LearningRate = 0.05 },
            Epochs = 2,
            BatchSize = 8,
            Accumulation = 2,
        };
        var onCpu = Train(spec, data, null);
        var onDevice = Train(spec with { Device = DeviceName.Parse("simulator") }, data, null);
        Assert.Equal(onCpu.Losses, onDevice.Losses, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(
            onCpu.Result.Model.Evaluate(data).Loss, onDevice.Result.Model.Evaluate(data).Loss, 1e-5);

        // A checkpoint goes on wherever it was taken.
        var half = Train(spec with { Device = DeviceName.Parse("simulator") }, data, null, until: 1);
        var rest = Train(spec, data, half.Result.Checkpoint);
        Assert.Equal(onCpu.Losses[1], rest.Losses[0], 1e-5);
    }

    [Fact]
    public void Ranks_on_devices_train_as_one_does()
    {
        var data = SyntheticData.Classes(16, 4, 2);
        var spec = new TrainingSpec
        {
            Model = new LayeredSpec
            {
                List = [LayerGradientTests.Linear(3), new BatchNormSpec(), LayerGradientTests.Linear(2)],
            },
            // Adam would blow up the rounding of biases before the norm, whose gradient is 0.
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.05 },
            Epochs = 1,
            BatchSize = 8,
            Device = DeviceName.Parse("simulator"),
        };
        var together = Ranks.Run(2, group => Trainer.Train(
            spec, data, null, group, null, 1, _ => EpochVerdict.Continue, TestContext.Current.CancellationToken));
        var cpu = Trainer.Train(spec with { Device = DeviceName.Cpu }, data, null, InProcessGroup.Create(1)[0], null, 1,
            _ => EpochVerdict.Continue, TestContext.Current.CancellationToken);
        Assert.All(together, result => Assert.Equal(
            cpu.Model.Evaluate(data).Loss, result.Model.Evaluate(data).Loss, 1e-5));
    }

    [Fact]
    public void Float64_trains_on_the_cpu_only()
    {
        var data = SyntheticData.Classes(8, 4, 2);
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [5] },
            Optimizer = new OptimizerSpec(),
            Epochs = 1,
            BatchSize = 8,
            Device = DeviceName.Parse("simulator"),
        };
        Assert.Contains("float32", Assert.Throws<DeviceException>(() => Trainer.TrainInDouble(
            spec, data, null, InProcessGroup.Create(1)[0], null, 1, _ => EpochVerdict.Continue,
            TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private static (List<double> Losses, TrainingResult Result) Train(
        TrainingSpec spec, Dataset data, Checkpoint? start, int? until = null)
    {
        var losses = new List<double>();
        var result = Trainer.Train(spec, data, null, InProcessGroup.Create(1)[0], start, until ?? spec.Epochs, report =>
        {
            losses.Add(report.TrainLoss);
            return EpochVerdict.Continue;
        }, TestContext.Current.CancellationToken);
        return (losses, result);
    }
}
