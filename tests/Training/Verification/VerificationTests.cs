using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Trainings that check themselves.</summary>
public sealed class VerificationTests
{
    private static TrainingSpec Spec => ExchangeRuns.Spec with
    {
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.02, Momentum = 0 },
        Verification = new VerificationSpec { Steps = 5 },
    };

    [Theory]
    [InlineData(AllReduceAlgorithm.Auto, OverlapMode.Auto, 0)]
    [InlineData(AllReduceAlgorithm.Ring, OverlapMode.Auto, 0)]
    [InlineData(AllReduceAlgorithm.Ring, OverlapMode.Always, 0)]
    [InlineData(AllReduceAlgorithm.Ring, OverlapMode.Always, 1)]
    [InlineData(AllReduceAlgorithm.Ring, OverlapMode.Always, 2)]
    public void An_honest_training_equals_one_rank_and_sends_what_the_formula_says(
        AllReduceAlgorithm algorithm, OverlapMode overlap, int zero)
    {
        var spec = Spec with { Exchange = new ExchangeSpec { Overlap = overlap, Zero = zero, BucketBytes = 4096 } };

        var report = Verify(spec, 3, algorithm);

        Assert.Equal((5L, "one rank alone"), (report.Steps, report.Oracle));
        Assert.True(report.Agrees, report.ToString());
        Assert.InRange(report.Difference!.Value, 0, 1e-5);
        Assert.Equal(report.BytesByFormula, report.Bytes);
        Assert.Contains("as the formula says", report.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, TrainingStrategy> Strategies => new()
    {
        { "one rank alone", new ModelAverageStrategy { LocalSteps = 1 } },
        { "the same ranks as threads of one process", new ModelAverageStrategy { LocalSteps = 3 } },
        { "one rank alone", new ParameterServerStrategy { Mode = ParameterServerMode.Sync } },
        {
            "the same ranks as threads of one process",
            new ParameterServerStrategy { Mode = ParameterServerMode.Async }
        },
        {
            "the same ranks as threads of one process",
            new ParameterServerStrategy { Mode = ParameterServerMode.Downpour, FetchEvery = 3, PushEvery = 2 }
        },
    };

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Strategies_are_compared_after_their_first_epoch(string oracle, TrainingStrategy strategy)
    {
        var report = Verify(Spec with { Strategy = strategy }, 3);

        Assert.Equal((7L, oracle), (report.Steps, report.Oracle));
        Assert.True(report.Agrees, report.ToString());
        Assert.Equal(report.BytesByFormula, report.Bytes);
    }

    [Fact]
    public void Stages_are_compared_with_one_rank_and_their_bubble_with_the_formula()
    {
        var report = Verify(Spec with { Strategy = new PipelineStrategy { MicroBatches = 4 } }, 2);

        Assert.True(report.Agrees, report.ToString());
        Assert.Equal("one rank alone", report.Oracle);
        Assert.Equal(0.2, report.BubbleByFormula!.Value, 1e-12);
        Assert.InRange(report.Bubble!.Value, 0.2, 0.6);
        Assert.Contains("; bubble ", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Divided_layers_are_compared_with_one_rank()
    {
        var report = Verify(Spec with { Strategy = new TensorStrategy() }, 2);

        Assert.True(report.Agrees, report.ToString());
    }

    [Fact]
    public void A_duality_method_sends_one_vector_a_round()
    {
        var data = SyntheticData.Sparse(200, 30, 0.3);
        var spec = new TrainingSpec
        {
            Model = new LogisticSpec(),
            Optimizer = new OptimizerSpec(),
            Strategy = new CocoaStrategy { Lambda = 1e-2 },
            Epochs = 2,
            BatchSize = 1,
            Verification = new VerificationSpec(),
        };
        var reports = new List<EpochReport>();

        Ranks.Run(2, group => Trainer.Train(spec, data, null, group, null, 2, Keep(reports)));

        Assert.True(reports[0].Verification!.Agrees);
        Assert.Equal(reports[0].Verification!.BytesByFormula, reports[0].Verification!.Bytes);
        Assert.Contains(reports[0].Measures, measure => measure is { Key: "duality_gap", Value: > 0 });
        Assert.Null(reports[1].Verification);
    }

    [Fact]
    public void What_compression_leaves_out_is_no_fault()
    {
        var compression = new CompressionSpec { Kind = CompressionKind.OneBit };

        var report = Verify(Spec with { Exchange = new ExchangeSpec { Compression = compression } }, 2);

        Assert.True(report.Agrees && report.Difference > 1e-4, report.ToString());
        Assert.True(report.Bytes < report.BytesByFormula / 8, report.ToString());
    }

    [Fact]
    public void A_corrupted_rank_and_its_first_wrong_tensor_are_named()
    {
        var clean = Ranks.Run(3, group => Trainer.Train(
            ExchangeRuns.Spec, ExchangeRuns.Train, null, group, null, 1, _ => EpochVerdict.Continue))[0].Checkpoint;
        var tensors = clean.File.Tensors;
        var wrong = tensors[2].Values<float>().ToArray();
        wrong[1] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(wrong[1]) ^ 1);
        var corrupted = Checkpoint.Of(clean.Fingerprint, clean.FinishedEpochs, clean.Steps, tensors.SetItem(
            2, SafeTensor.Create<float>(tensors[2].Name, tensors[2].Shape, wrong)));
        var spec = ExchangeRuns.Spec with
        {
            // Without decay the flipped bit cannot be rounded away.
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 1e-9 },
            Verification = new VerificationSpec { Steps = 0, HashEvery = 1 },
        };

        var outcomes = Ranks.Try(3, group => Trainer.Train(
            spec, ExchangeRuns.Train, null, group, group.Rank == 1 ? corrupted : clean, 2,
            _ => EpochVerdict.Continue));

        var named = outcomes.Select(outcome => outcome.Error).OfType<RanksDifferException>().First();
        Assert.Equal((clean.Steps + 1, tensors[2].Name), (named.Step, named.Tensor));
        Assert.Equal([1], named.Ranks.AsEnumerable());
        Assert.Contains($"'{tensors[2].Name}' of rank 1 differs", named.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_oracle_finds_what_all_ranks_have_wrong()
    {
        var a = SafeTensor.Create<float>("layers.0.weight", [2], [1, 2]);
        var b = SafeTensor.Create<float>("layers.0.bias", [2], [1, 4]);
        var off = SafeTensor.Create<float>("layers.0.bias", [2], [1, 3]);

        var report = TensorComparison.Compare([a, off], [a, b], new VerificationReport
        {
            Steps = 3,
            Oracle = "one rank alone",
            Allowed = 1e-5,
        });

        Assert.Equal((0.25, "layers.0.bias", "layers.0.bias", false),
            (report.Difference, report.Tensor, report.FirstOff, report.Agrees));
        Assert.Contains("ABOVE 1E-05; the first tensor off is layers.0.bias", report.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_equally_many_the_lowest_rank_is_right() =>
        Assert.Equal([1, 3], RankAgreement.Outliers([5, 7, 5, 7]).AsEnumerable());

    private static VerificationReport Verify(
        TrainingSpec spec, int worldSize, AllReduceAlgorithm algorithm = AllReduceAlgorithm.Auto)
    {
        var reports = new List<EpochReport>();
        var groups = InProcessGroup.Create(worldSize, new InProcessOptions { Algorithm = algorithm });
        var threads = groups.Select(group => new Thread(() =>
        {
            using (group)
                Trainer.Train(spec, ExchangeRuns.Train, null, group, null, 2, Keep(reports));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Null(reports[1].Verification);
        return reports[0].Verification!;
    }

    private static Func<EpochReport, EpochVerdict> Keep(List<EpochReport> reports) => report =>
    {
        reports.Add(report);
        return EpochVerdict.Continue;
    };
}
