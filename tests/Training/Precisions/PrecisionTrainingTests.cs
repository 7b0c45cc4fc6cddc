using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class PrecisionTrainingTests
{
    private static readonly Dataset _train = SyntheticData.Classes(90, 8, 3);
    private static readonly Dataset _validation = SyntheticData.Classes(30, 8, 3, seed: 2);

    private static TrainingSpec Spec => new()
    {
        Model = new MlpSpec { Hidden = [20], Dropout = 0.25 },
        Optimizer = new OptimizerSpec { LearningRate = 0.01 },
        Epochs = 6,
        BatchSize = 16,
        Seed = 11,
        Precision = Precision.Float16,
    };

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public void Digits_are_learned_as_well_in_16_bits(Precision precision)
    {
        var data = TabularData.Load(
            new DataSpec
            {
                Path = Path.Combine(RepositoryRoot.Path, "examples", "data", "digits.csv.gz"),
                Target = "digit",
                Train = 0.6,
                Validation = 0.2,
                Test = 0.2,
                Stratify = true,
            }, TestContext.Current.CancellationToken);
        var spec = Spec with
        {
            Model = new MlpSpec { Hidden = [64] },
            Optimizer = new OptimizerSpec { LearningRate = 0.003 },
            Epochs = 12,
            BatchSize = 32,
            Precision = precision,
        };
        var result = Run(spec, data.Train, data.Validation, 1, null, 12);
        // scikit-learn's multi-layer perceptron of this size has 0.97 to 0.98 on such a split.
        Assert.InRange(result.Model.Evaluate(data.Test).Accuracy!.Value, 0.955, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Any_world_size_trains_nearly_the_same(int worldSize)
    {
        var alone = Run(Spec with { Precision = Precision.Float32 }, 1, null, 6).Model.Evaluate(_train).Loss;
        foreach (var precision in (Precision[])[Precision.BFloat16, Precision.Float16])
        {
            foreach (var zero in (int[])[0, 1, 2])
            {
                var spec = Spec with { Precision = precision, Exchange = new ExchangeSpec { Zero = zero } };
                Assert.Equal(alone, Run(spec, worldSize, null, 6).Model.Evaluate(_train).Loss, 0.02);
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 2)]
    public void Going_on_from_a_checkpoint_gives_the_bits_and_the_scale_of_training_in_one_go(int worldSize, int zero)
    {
        var spec = Overflowing with { Exchange = new ExchangeSpec { Zero = zero } };
        var measures = new List<string>();
        var whole = Run(spec, worldSize, null, 6, measures);
        var half = Run(spec, worldSize, null, 1, measures);
        var rest = Run(spec, worldSize, Checkpoint.FromBytes(half.Checkpoint.ToBytes()), 6, measures);
        Assert.Equal(whole.Checkpoint.ToBytes(), rest.Checkpoint.ToBytes());
        Assert.Equal(measures[..6], measures[6..]);
    }

    [Fact]
    public void Steps_whose_gradient_overflows_are_left_out_and_counted()
    {
        var reports = new List<EpochReport>();
        var result = Run(Overflowing, 1, null, 6, report: reports.Add);
        var (scale, skipped) = (Measure(reports[^1], "loss_scale"), Measure(reports[^1], "skipped_steps"));
        Assert.InRange(skipped, 2, 15);
        Assert.Equal(65536 / Math.Pow(2, skipped), scale);
        Assert.Equal((6 * 6) - skipped, result.Checkpoint.Steps);
        Assert.True(reports[^1].TrainLoss < 0.9 * reports[0].TrainLoss);
        Assert.All(reports, report => Assert.True(Measure(report, "skipped_steps") <= skipped));
        Assert.Empty(ReportsOf(Spec with { Precision = Precision.BFloat16 })[^1].Measures);
    }

    [Fact]
    public void A_gradient_that_vanishes_in_float16_does_not_when_the_loss_is_scaled()
    {
        var data = SyntheticData.Classes(64, 8, 3);
        var model = new MlpSpec { Hidden = [16, 16, 16] };
        int[] rows = [.. Enumerable.Range(0, 64)];
        double[] FirstLayer(Kernels<float> kernels, double scale)
        {
            using var network = Nets.Make(model, data, 3, kernels: kernels);
            network.Step(data, rows, scale, new DropoutMask(1, 1, 0));
            var place = network.Plan.Parameters[0];
            var gradient = new float[place.Count];
            place.Get<float>(network.Gradient.Span, gradient);
            return [.. gradient.Select(value => value / scale)];
        }
        // As in a batch of a hundred million rows, or a loss as small.
        const double Small = 1e-8;
        using var half = new RoundedKernels(Kernels<float>.Best, Precision.Float16);
        var exact = FirstLayer(Kernels<float>.Best, Small);
        Assert.Contains(exact, value => Math.Abs(value) > 0.1);
        Assert.All(FirstLayer(half, Small), value => Assert.Equal(0, value));
        var scaled = FirstLayer(half, Small * new LossScaler().Scale * 256);
        for (var i = 0; i < exact.Length; i++)
            Assert.Equal(exact[i], scaled[i], 0.02 * exact.Max(Math.Abs));
    }

    [Fact]
    public void The_scale_is_halved_by_an_overflow_and_doubled_after_two_thousand_good_steps()
    {
        var scaler = new LossScaler();
        Assert.Equal(65536, scaler.Scale);
        Assert.False(scaler.Accept(isFinite: false));
        Assert.Equal(32768, scaler.Scale);
        for (var step = 0; step < 1999; step++)
            Assert.True(scaler.Accept(isFinite: true));
        Assert.Equal((32768, 1999), (scaler.Scale, scaler.GoodSteps));
        scaler.Accept(isFinite: true);
        Assert.Equal((65536, 0, 1), (scaler.Scale, scaler.GoodSteps, scaler.Skipped));

        var other = new LossScaler();
        other.Restore(scaler.State);
        Assert.Equal(scaler.State, other.State);
        foreach (var wrong in (string[])["", "3 0 0", "65536 0", "0 0 0", "65536 2000 0", "65536 -1 0"])
            Assert.Contains(LossScaler.Key, Assert.Throws<InvalidDataException>(
                () => other.Restore(wrong)).Message, StringComparison.Ordinal);
        Assert.Null(LossScaler.Of(Precision.BFloat16));
    }

    [Fact]
    public void A_checkpoint_of_float32_goes_on_in_16_bits()
    {
        var half = Run(Spec with { Precision = Precision.Float32 }, 1, null, 3);
        var measures = new List<string>();
        Run(Spec, 1, half.Checkpoint, 6, measures);
        Assert.Equal("loss_scale 65536, skipped_steps 0", measures[^1]);
    }

    [Fact]
    public void What_cannot_be_in_16_bits_is_refused()
    {
        var compressed = Spec with
        {
            Exchange = new ExchangeSpec { Compression = new CompressionSpec { Kind = CompressionKind.TopK } },
        };
        Assert.Contains("bfloat16", Refused(compressed), StringComparison.Ordinal);
        Assert.Contains("float32", Refused(Spec with { Strategy = new ModelAverageStrategy() }),
            StringComparison.Ordinal);
        Assert.Contains("float64", Assert.Throws<ArgumentException>(() => Trainer.TrainInDouble(
            Spec, _train, null, InProcessGroup.Create(1)[0], null, 6, _ => EpochVerdict.Continue,
            TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_steady_step_in_16_bits_allocates_nothing()
    {
        var data = SyntheticData.Classes(40, 6, 3);
        using var kernels = new RoundedKernels(Kernels<float>.Best, Precision.Float16);
        using var network = Nets.Make(new MlpSpec { Hidden = [16], Dropout = 0.2 }, data, 3, kernels: kernels);
        int[] rows = [.. Enumerable.Range(0, 40)];
        SteadySteps.AllocateNothing(step => network.Step(data, rows, 0.025, new DropoutMask(5, step, 0)));
    }

    /// <summary>Targets so large that gradients overflow until the scale has come down.</summary>
    private static TrainingSpec Overflowing => Spec with
    {
        Model = new LayeredSpec { List = [new LinearSpec { Units = 30 }, new LinearSpec { Units = 1 }] },
        Optimizer = new OptimizerSpec { LearningRate = 0.05 },
    };

    private static string Refused(TrainingSpec spec) => Assert.Throws<ArgumentException>(() => Trainer.Train(
        spec, _train, null, InProcessGroup.Create(1)[0], null, 6, _ => EpochVerdict.Continue,
        TestContext.Current.CancellationToken)).Message;

    private static double Measure(EpochReport report, string name) =>
        report.Measures.Single(measure => measure.Key == name).Value;

    private static List<EpochReport> ReportsOf(TrainingSpec spec)
    {
        var reports = new List<EpochReport>();
        Run(spec, 1, null, spec.Epochs, report: reports.Add);
        return reports;
    }

    private static TrainingResult Run(
        TrainingSpec spec, int worldSize, Checkpoint? start, int until, List<string>? measures = null,
        Action<EpochReport>? report = null) =>
        spec.Model is LayeredSpec
            ? Run(spec, Large, null, worldSize, start, until, measures, report)
            : Run(spec, _train, _validation, worldSize, start, until, measures, report);

    private static Dataset Large => SyntheticData.Regression(
        _train.Inputs.ToArray(), [.. Enumerable.Range(0, _train.Rows).Select(row => 100 * _train.Row(row)[0])]);

    private static TrainingResult Run(
        TrainingSpec spec, Dataset train, Dataset? validation, int worldSize, Checkpoint? start, int until,
        List<string>? measures = null, Action<EpochReport>? report = null) =>
        Ranks.Run(worldSize, group => Trainer.Train(spec, train, validation, group, start, until, epoch =>
        {
            measures?.Add(string.Join(", ", epoch.Measures.Select(
                pair => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}"))));
            report?.Invoke(epoch);
            return EpochVerdict.Continue;
        }, TestContext.Current.CancellationToken))[0];
}
