using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// What the trainer owes for every model, optimizer and schedule: any world size, any segment, no waste.
/// </summary>
public sealed class GeneralTrainingTests
{
    private const int Epochs = 6;

    private static readonly Dataset _train = SyntheticData.Classes(45, 16, 3);
    private static readonly Dataset _validation = SyntheticData.Classes(20, 16, 3, seed: 2);

    private static readonly Dictionary<string, ModelSpec> _models = new()
    {
        ["logistic"] = new LogisticSpec(),
        ["cnn"] = new CnnSpec { Height = 4, Width = 4, Filters = [5, 6], Hidden = [9], Dropout = 0.2 },
        ["cnn with batch norm"] = new CnnSpec { Height = 4, Width = 4, Filters = [5], BatchNorm = true },
        ["factorization"] = new FactorizationSpec { Factors = 3 },
        ["transformer"] = new TransformerSpec { Width = 12, Heads = 2, Depth = 1, FeedForward = 10, Dropout = 0.1 },
    };

    public static TheoryData<string> Models => [.. _models.Keys];

    public static TheoryData<OptimizerKind> Optimizers => [.. Enum.GetValues<OptimizerKind>()];

    [Theory]
    [MemberData(nameof(Models))]
    public void Any_world_size_and_any_accumulation_train_as_one_rank_does(string model)
    {
        var spec = Spec(_models[model]);
        var alone = Parameters(Run(1, spec, null, Epochs, inDouble: true));
        var together = Parameters(Run(3, spec, null, Epochs, inDouble: true));
        // A bias before batch norm has a gradient of nothing but rounding, which Adam makes larger.
        AssertNear(alone, together, model == "cnn with batch norm" ? 1e-8 : 1e-10);
        if (model != "cnn with batch norm")     // whose statistics are those of one pass
            AssertNear(alone, Parameters(Run(2, spec with { Accumulation = 3 }, null, Epochs, inDouble: true)), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Going_on_from_a_checkpoint_gives_the_bits_of_training_in_one_go(string model)
    {
        var spec = Spec(_models[model]) with { Schedule = new ScheduleSpec { Kind = ScheduleKind.OneCycle } };
        AssertResumes(spec, worldSize: 2);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_goes_on_bit_for_bit_and_learns(OptimizerKind kind)
    {
        var spec = Spec(new MlpSpec { Hidden = [12] }) with
        {
            Optimizer = new OptimizerSpec { Kind = kind, LearningRate = 0.01, WeightDecay = 0.01, ClipNorm = 1 },
            Schedule = new ScheduleSpec { Kind = ScheduleKind.Cosine, WarmupEpochs = 1.5 },
            Epochs = 12,
        };
        AssertResumes(spec, worldSize: 1);
        var losses = new List<double>();
        Trainer.Train(spec, _train, null, InProcessGroup.Create(1)[0], null, 12, report =>
        {
            losses.Add(report.TrainLoss);
            return EpochVerdict.Continue;
        }, TestContext.Current.CancellationToken);
        Assert.True(losses[^1] < losses[0], $"{losses[0]} became {losses[^1]}");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_step_allocates_nothing(string model) =>
        Assert.Equal(EpochAllocation(_models[model], 45), EpochAllocation(_models[model], 2));

    [Theory]
    [MemberData(nameof(Models))]
    public void A_saved_model_predicts_the_same_bits(string model)
    {
        var result = Run(1, Spec(_models[model]), null, 2);
        var read = ModelFile.Read(ModelFile.Write(result.Model));
        var (first, second) = (new float[20 * 3], new float[20 * 3]);
        result.Model.Predict(_validation.Inputs, first);
        read.Predict(_validation.Inputs, second);
        Assert.Equal(first, second);
        Assert.Equal(result.Model.Architecture.ToJson(), read.Architecture.ToJson());
    }

    [Fact]
    public void Binary_cross_entropy_gives_two_probabilities_of_one_logit()
    {
        var data = SyntheticData.Classes(60, 4, 2);
        var spec = Spec(new LogisticSpec()) with { Loss = LossKind.BinaryCrossEntropy };
        var result = Trainer.Train(spec, data, data, InProcessGroup.Create(1)[0], null, Epochs,
            _ => EpochVerdict.Continue, TestContext.Current.CancellationToken);
        var outputs = new float[120];
        ModelFile.Read(ModelFile.Write(result.Model)).Predict(data.Inputs, outputs);
        for (var row = 0; row < 60; row++)
            Assert.Equal(1, outputs[2 * row] + outputs[(2 * row) + 1], 1e-6);
        Assert.InRange(result.Model.Evaluate(data).Accuracy!.Value, 0.7, 1);
        var three = Assert.Throws<ArgumentException>(() => Run(1, spec, null, 1));
        Assert.Contains("two classes", three.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_fit_says_where_and_what()
    {
        var spec = Spec(new LayeredSpec
        {
            List = [new FlattenSpec(), new ConvolutionSpec { Channels = 1, Kernel = 3 }],
        });
        var error = Assert.Throws<ArgumentException>(() => Run(1, spec, null, 1));
        Assert.Equal("layers.1: A convolution takes an image, not a vector of 16. Put an image layer before it.",
            error.Message);
        var wide = Spec(new LayeredSpec { List = [new LinearSpec { Units = 4 }] });
        Assert.Contains("a vector of 3", Assert.Throws<ArgumentException>(() => Run(1, wide, null, 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Regression", Assert.Throws<ArgumentException>(
            () => Run(1, Spec(new LinearModelSpec()), null, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_outside_the_table_is_named()
    {
        var spec = Spec(new TransformerSpec { Vocabulary = 4, Width = 8, Heads = 2 });
        Assert.Contains("whole numbers from 0 to 3",
            Assert.Throws<InvalidDataException>(() => Run(1, spec, null, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_tell_the_time_of_the_parts_and_the_learning_rate()
    {
        EpochReport? last = null;
        var spec = Spec(new LogisticSpec()) with { Schedule = new ScheduleSpec { ReferenceBatch = 32 } };
        Ranks.Run(2, group => Trainer.Train(spec, _train, null, group, null, 2, report =>
        {
            last = report;
            return EpochVerdict.Continue;
        }));
        Assert.Equal(0.01, last!.LearningRate, 1e-15);      // half the batch that 0.02 is meant for
        Assert.True(last.Seconds is { Forward: > 0, Backward: > 0, Communication: > 0, Optimizer: > 0 });
    }

    [Fact]
    public void Early_stopping_waits_for_as_many_epochs_as_it_was_told()
    {
        var stopping = new EarlyStopping(patience: 2, minImprovement: 0.1);
        EpochVerdict After(int epoch, double loss) => stopping.After(new EpochReport(
            epoch, loss, loss, null, 1, new StepSeconds(0, 0, 0, 0), 0, () => throw new NotSupportedException()));
        Assert.Equal(EpochVerdict.Continue, After(1, 1.0));
        Assert.Equal(EpochVerdict.Continue, After(2, 0.8));
        Assert.Equal(EpochVerdict.Continue, After(3, 0.75));
        Assert.Equal(EpochVerdict.Stop, After(4, 0.72));
        Assert.Equal((0.8, 2), (stopping.Best, stopping.BestEpoch));
    }

    private static TrainingSpec Spec(ModelSpec model) => new()
    {
        Model = model,
        Optimizer = new OptimizerSpec { LearningRate = 0.02 },
        Epochs = Epochs,
        BatchSize = 16,
        Seed = 4,
    };

    private static void AssertResumes(TrainingSpec spec, int worldSize)
    {
        var whole = Run(worldSize, spec, null, spec.Epochs);
        var half = Run(worldSize, spec, null, spec.Epochs / 2);
        var rest = Run(worldSize, spec, Checkpoint.FromBytes(half.Checkpoint.ToBytes()), spec.Epochs);
        Assert.Equal(whole.Checkpoint.ToBytes(), rest.Checkpoint.ToBytes());
    }

    private static TrainingResult Run(
        int worldSize, TrainingSpec spec, Checkpoint? start, int until, bool inDouble = false)
    {
        TrainingResult Rank(ProcessGroup group) => inDouble
            ? Trainer.TrainInDouble(spec, _train, _validation, group, start, until, _ => EpochVerdict.Continue)
            : Trainer.Train(spec, _train, _validation, group, start, until, _ => EpochVerdict.Continue);
        return worldSize == 1 ? Rank(InProcessGroup.Create(1)[0]) : Ranks.Run(worldSize, Rank)[0];
    }

    private static double[] Parameters(TrainingResult result) => ModelWeights.Of<double>(result.Checkpoint.ToBytes());

    private static void AssertNear(double[] expected, double[] actual, double tolerance)
    {
        var scale = Math.Sqrt(expected.Sum(x => x * x));
        var difference = Math.Sqrt(expected.Zip(actual, (x, y) => (x - y) * (x - y)).Sum());
        Assert.InRange(difference / scale, 0, tolerance);
    }

    private static long EpochAllocation(ModelSpec model, int batchSize)
    {
        var marks = new long[Epochs];
        Trainer.Train(Spec(model) with { BatchSize = batchSize }, _train, _validation, InProcessGroup.Create(1)[0],
            null, Epochs, report =>
            {
                marks[report.Epoch - 1] = GC.GetAllocatedBytesForCurrentThread();
                return EpochVerdict.Continue;
            });
        return Enumerable.Range(1, Epochs - 1).Min(i => marks[i] - marks[i - 1]);
    }
}
