using TuneGraph.Training;
using static TuneGraph.Tests.Training.ModelWeights;

namespace TuneGraph.Tests.Training;

/// <summary>Compressed gradients: what is left out is neither lost nor forgotten by a checkpoint.</summary>
public sealed class CompressionTests
{
    public static TheoryData<CompressionKind> Kinds =>
        [.. Enum.GetValues<CompressionKind>().Where(kind => kind != CompressionKind.None)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_compressed_training_goes_on_from_its_checkpoint_bit_for_bit(CompressionKind kind)
    {
        var spec = With(kind);
        var whole = ExchangeRuns.Run(3, spec);
        var captured = Array.Empty<byte>();
        ExchangeRuns.Run(3, spec, until: 4, onEpoch: report =>
        {
            captured = report.CaptureCheckpoint().ToBytes();
            return EpochVerdict.Continue;
        });
        Assert.Equal(whole[0], ExchangeRuns.Run(3, spec, start: Checkpoint.FromBytes(captured))[0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_compressed_training_goes_on_with_another_world_size(CompressionKind kind)
    {
        var spec = With(kind) with { Epochs = 30 };
        var (losses, start) = (new List<double>(), (byte[]?)null);
        foreach (var (worldSize, until) in new[] { (3, 10), (2, 20), (4, 30) })
        {
            start = ExchangeRuns.Run(
                worldSize, spec, start: start is null ? null : Checkpoint.FromBytes(start), until: until,
                onEpoch: report =>
                {
                    losses.Add(report.TrainLoss);
                    return EpochVerdict.Continue;
                })[0];
        }
        Assert.Equal(30, losses.Count);
        Assert.True(losses[^1] < losses[0] / 2, string.Join(' ', losses));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_compressed_training_learns_what_an_exact_one_does(CompressionKind kind)
    {
        var exact = LastLoss(With(CompressionKind.None));
        var compressed = LastLoss(With(kind));
        Assert.InRange(compressed, 0, Math.Max(0.1, 2 * exact));

        static double LastLoss(TrainingSpec spec)
        {
            var loss = double.NaN;
            ExchangeRuns.Run(2, spec with { Epochs = 60 }, onEpoch: report =>
            {
                loss = report.TrainLoss;
                return EpochVerdict.Continue;
            });
            return loss;
        }
    }

    [Fact]
    public void Sending_all_elements_gives_the_bits_of_no_compression()
    {
        // Two ranks: the weights of 2 and the mean's half are exact.
        var all = With(CompressionKind.TopK);
        all = all with
        {
            Exchange = all.Exchange with
            {
                Compression = all.Exchange.Compression with { Fraction = 1, Momentum = 0 },
            },
        };
        var parameters = Of<float>(ExchangeRuns.Run(2, all)[0]);
        Assert.Equal(Of<float>(ExchangeRuns.Run(2, With(CompressionKind.None))[0]), parameters);
    }

    [Fact]
    public void The_first_steps_may_be_sent_whole()
    {
        var late = With(CompressionKind.OneBit);
        late = late with
        {
            Exchange = late.Exchange with { Compression = late.Exchange.Compression with { AfterSteps = 1_000_000 } },
        };
        Assert.Equal(
            Of<float>(ExchangeRuns.Run(2, With(CompressionKind.None))[0]), Of<float>(ExchangeRuns.Run(2, late)[0]));
    }

    /// <summary>Counted where bytes leave, 2 ranks, buckets of 8 KiB.</summary>
    [Theory]
    [InlineData(CompressionKind.Float16, 0.5, 0.51)]
    [InlineData(CompressionKind.BFloat16, 0.5, 0.51)]
    [InlineData(CompressionKind.OneBit, 0.03, 0.04)]     // 1/32, and two float32 per 512 elements
    [InlineData(CompressionKind.TwoBit, 0.0625, 0.07)]   // 1/16
    [InlineData(CompressionKind.TopK, 0.2, 0.21)]        // 10 % of 8 bytes for 4
    [InlineData(CompressionKind.PowerSgd, 0.08, 0.15)]   // 2 (rows + columns) of rows x columns, and the vectors
    public void Fewer_bytes_are_sent(CompressionKind kind, double least, double most)
    {
        var share = (double)EpochBytes(With(kind)) / EpochBytes(With(CompressionKind.None));
        Assert.InRange(share, least, most);

        static long EpochBytes(TrainingSpec spec) => BytesUntil(spec, 2) - BytesUntil(spec, 1);

        static long BytesUntil(TrainingSpec spec, int epoch) => Ranks.Run(2, group =>
        {
            var exchange = spec.Exchange with { BucketBytes = 8192 };
            Trainer.Train(
                spec with { Model = new MlpSpec { Hidden = [64, 64] }, Exchange = exchange }, ExchangeRuns.Train, null,
                group, null, epoch, _ => EpochVerdict.Continue);
            return group.Traffic.PayloadBytes;
        }).Sum();
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused_with_the_reason()
    {
        var divided = Small(CompressionKind.TopK) with { Zero = 1 };
        var error = Assert.Throws<ArgumentException>(() => ExchangeRuns.Spec with { Exchange = divided });
        Assert.Contains("TopK", error.Message, StringComparison.Ordinal);

        var inDouble = Assert.Throws<InvalidOperationException>(
            () => ExchangeRuns.Run(2, With(CompressionKind.OneBit), inDouble: true));
        Assert.Contains("float32", inDouble.InnerException!.Message, StringComparison.Ordinal);

        var half = Checkpoint.FromBytes(ExchangeRuns.Run(2, With(CompressionKind.OneBit), until: 2)[0]);
        var other = Assert.Throws<InvalidOperationException>(
            () => ExchangeRuns.Run(2, With(CompressionKind.TopK), start: half));
        Assert.Contains("OneBit", other.InnerException!.Message, StringComparison.Ordinal);
        Assert.NotEmpty(ExchangeRuns.Run(2, With(CompressionKind.None), start: half));
    }

    private static ExchangeSpec Small(CompressionKind kind) => ExchangeRuns.Small with
    {
        Compression = new CompressionSpec
        {
            Kind = kind,
            Threshold = 0.02,
            Fraction = 0.1,
            Momentum = kind == CompressionKind.TopK ? 0.5 : 0,
        },
    };

    private static TrainingSpec With(CompressionKind kind) => ExchangeRuns.Spec with
    {
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.05, Momentum = 0 },
        Exchange = Small(kind),
    };
}
