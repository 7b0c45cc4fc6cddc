using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>However gradients are exchanged exactly, any world size trains as one rank does.</summary>
public sealed class ExchangeTests
{
    public static MatrixTheoryData<int, OverlapMode, int, int> Ways =>
        new([2, 3, 4], [OverlapMode.Always, OverlapMode.Never], [0, 1, 2], [1, 3]);

    public static MatrixTheoryData<int, OptimizerKind> Divided => new([1, 2], Enum.GetValues<OptimizerKind>());

    [Theory]
    [MemberData(nameof(Ways))]
    public void Any_world_size_trains_as_one_rank_with_the_whole_batch(
        int worldSize, OverlapMode overlap, int zero, int passes)
    {
        // Batch norm sees the samples of one pass at a time, and these depend on the world size.
        var spec = passes == 1 ? ExchangeRuns.Normalised : ExchangeRuns.Spec with { Accumulation = passes };
        var exchange = ExchangeRuns.Small with { Overlap = overlap, Zero = zero };
        var alone = ExchangeRuns.Run(1, spec, inDouble: true)[0];
        var together = ExchangeRuns.Run(worldSize, spec with { Exchange = exchange }, inDouble: true)[0];
        Assert.InRange(ModelWeights.Difference<double>(alone, together), 0, 1e-12);
        alone = ExchangeRuns.Run(1, spec)[0];
        together = ExchangeRuns.Run(worldSize, spec with { Exchange = exchange })[0];
        Assert.InRange(ModelWeights.Difference<float>(alone, together), 0, 1e-5);
    }

    /// <summary>Threads sum in rank order, wherever a vector is cut.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void Buckets_and_shards_give_the_bits_of_one_sum_over_the_whole_gradient(
        int worldSize, OverlapMode overlap, int zero, int passes)
    {
        if (zero == 2 && passes > 1)
            return; // there the sums over ranks come before those over passes
        var spec = ExchangeRuns.Normalised with { Accumulation = passes };
        var whole = ExchangeRuns.Run(worldSize, spec with { Exchange = new() { Overlap = OverlapMode.Never } });
        var exchange = ExchangeRuns.Small with { Overlap = overlap, Zero = zero };
        Assert.Equal(whole[0], ExchangeRuns.Run(worldSize, spec with { Exchange = exchange })[0]);
    }

    [Theory]
    [MemberData(nameof(Divided))]
    public void Every_optimizer_can_be_divided_clipping_included(int zero, OptimizerKind kind)
    {
        var spec = ExchangeRuns.Spec with
        {
            Optimizer = new OptimizerSpec { Kind = kind, LearningRate = 0.003, ClipNorm = 0.5, ClipValue = 0.1 },
        };
        var alone = ExchangeRuns.Run(1, spec, inDouble: true)[0];
        var exchange = ExchangeRuns.Small with { Zero = zero };
        var divided = ExchangeRuns.Run(3, spec with { Exchange = exchange }, inDouble: true)[0];
        Assert.InRange(ModelWeights.Difference<double>(alone, divided), 0, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_divided_optimizer_goes_on_bit_for_bit_and_its_checkpoint_fits_any_world_size(int zero)
    {
        var spec = ExchangeRuns.Spec with
        {
            Optimizer = new OptimizerSpec { LearningRate = 0.003 },
            Exchange = ExchangeRuns.Small with { Zero = zero },
        };
        var captured = Array.Empty<byte>();
        var whole = ExchangeRuns.Run(3, spec, onEpoch: report =>
        {
            if (report.Epoch == 4)
                captured = report.CaptureCheckpoint().ToBytes();
            return EpochVerdict.Continue;
        });
        Assert.Equal(ExchangeRuns.Run(3, spec, until: 4)[0], captured);
        var start = Checkpoint.FromBytes(captured);
        Assert.Equal(whole[0], ExchangeRuns.Run(3, spec, start: start)[0]);
        foreach (var worldSize in new[] { 1, 2 })
            Assert.InRange(
                ModelWeights.Difference<float>(whole[0], ExchangeRuns.Run(worldSize, spec, start: start)[0]), 0, 1e-5);
    }

    /// <summary>Rajbhandari et al. 2020, section 5, for numbers of 4 bytes throughout.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Memory_is_as_the_papers_formula_says(int worldSize)
    {
        var spec = ExchangeRuns.Spec with
        {
            Model = new MlpSpec { Hidden = [.. Enumerable.Repeat(64, 30)] },
            Optimizer = new OptimizerSpec(), // Adam: k = 2
            Epochs = 1,
        };
        var (none, one, two) = (MemoryAt(0), MemoryAt(1), MemoryAt(2));
        var elements = none.Parameters / sizeof(float);
        Assert.Equal(none, new TrainingMemory(4 * elements, 4 * elements, 8 * elements));
        // What fills layers up to whole panels per rank is below 2 %.
        Assert.Equal(one.Gradients, one.Parameters);
        Assert.InRange(one.Optimizer, 8.0 / worldSize * elements, 1.02 * 8 / worldSize * elements);
        Assert.Equal(one.Optimizer, two.Optimizer);
        // Two windows of one layer each, 1/30 of the model, and this rank's shard.
        var windows = 2 * 4 / 30.0;
        Assert.InRange(
            two.Gradients, 4.0 / worldSize * elements, 1.02 * ((4.0 / worldSize) + windows) * elements);

        TrainingMemory MemoryAt(int zero)
        {
            TrainingMemory? memory = null;
            ExchangeRuns.Run(
                worldSize, spec with { Exchange = ExchangeRuns.Small with { Zero = zero } }, onEpoch: report =>
                {
                    memory = report.Memory;
                    return EpochVerdict.Stop;
                });
            return memory!;
        }
    }

    /// <summary>
    /// Ring: 2(N−1)/N·S a step; ZeRO as much: a reduce-scatter of gradients, an all-gather of parameters.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void As_many_bytes_are_sent_however_much_is_divided(int zero)
    {
        var spec = ExchangeRuns.Spec with
        {
            Model = new MlpSpec { Hidden = [64, 64] },
            Exchange = ExchangeRuns.Small with { Zero = zero, Overlap = OverlapMode.Always },
        };
        long elements = 0;
        var sent = new long[2, 2];
        for (var epochs = 1; epochs <= 2; epochs++)
        {
            var until = epochs;
            Ranks.Run(2, group =>
            {
                Trainer.Train(spec, ExchangeRuns.Train, null, group, null, until, report =>
                {
                    elements = report.Memory.Parameters / sizeof(float);
                    return EpochVerdict.Continue;
                });
                return sent[group.Rank, until - 1] = group.Traffic.PayloadBytes;
            });
        }
        var steps = (ExchangeRuns.Train.Rows + spec.BatchSize - 1) / spec.BatchSize;
        var both = sent[0, 1] - sent[0, 0] + sent[1, 1] - sent[1, 0];
        // Reports and verdicts of an epoch: three float64 and a byte.
        Assert.InRange(both, steps * 2 * elements * sizeof(float), (steps * 2 * elements * sizeof(float)) + 200);
    }

    [Fact]
    public void A_step_of_buckets_allocates_nothing()
    {
        Assert.Equal(AllocatedBy(epochRows: 101), AllocatedBy(epochRows: 16));

        static long AllocatedBy(int epochRows)
        {
            var spec = ExchangeRuns.Spec with
            {
                BatchSize = epochRows,
                Epochs = 8,
                Exchange = ExchangeRuns.Small with { Overlap = OverlapMode.Always },
            };
            var marks = new long[8];
            ExchangeRuns.Run(2, spec, onEpoch: report =>
            {
                marks[report.Epoch - 1] = GC.GetAllocatedBytesForCurrentThread();
                return EpochVerdict.Continue;
            });
            return Enumerable.Range(1, 7).Min(i => marks[i] - marks[i - 1]);
        }
    }

    [Fact]
    public void Ranks_on_sockets_overlap_by_themselves_and_give_the_bits_of_threads()
    {
        var folder = Directory.CreateTempSubdirectory("tg");
        var spec = ExchangeRuns.Spec with { Exchange = ExchangeRuns.Small };
        var ends = new byte[2][];
        var token = TestContext.Current.CancellationToken;
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = token }, rank =>
        {
            using var store = new FileStore(folder.FullName);
            using var group = SocketGroup.Join("trainer", rank, 2, store, cancellationToken: token);
            var result = Trainer.Train(
                spec, ExchangeRuns.Train, null, group, null, spec.Epochs, _ => EpochVerdict.Continue, token);
            ends[rank] = result.Checkpoint.ToBytes();
        });
        folder.Delete(recursive: true);
        Assert.Equal(ends[0], ends[1]);
        Assert.Equal(ExchangeRuns.Run(2, spec)[0], ends[0]);
    }
}
