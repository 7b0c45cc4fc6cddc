using System.Runtime.InteropServices;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>What every kind of process group does, whatever carries its bytes. Each kind inherits this suite.</summary>
public abstract class ProcessGroupConformance : GroupFailureConformance
{
    public static TheoryData<int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int>();
            foreach (var worldSize in new[] { 1, 2, 3, 4, 5, 8 })
                foreach (var length in new[] { 0, 1, 2, 7, 64, 1000, 40_003 })
                    shapes.Add(worldSize, length);
            return shapes;
        }
    }

    protected virtual IReadOnlyList<AllReduceAlgorithm> Algorithms => Enum.GetValues<AllReduceAlgorithm>();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_all_reduce_of_whole_numbers_is_exact_on_every_rank(int worldSize, int length)
    {
        foreach (var algorithm in Algorithms)
        {
            Ranks.Run(Create(worldSize, new() { Algorithm = algorithm }), group =>
            {
                // Sums stay below 2^24, so float32 holds them exactly whatever the order of the additions.
                var values = Enumerable.Range(0, length).Select(i => (float)((i * (group.Rank + 1)) % 1009)).ToArray();
                group.AllReduce(values);
                for (var i = 0; i < length; i++)
                    Assert.Equal(Enumerable.Range(1, worldSize).Sum(k => (long)i * k % 1009), values[i]);
            });
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_operation_reduces_as_its_name_says(int worldSize)
    {
        Ranks.Run(Create(worldSize, new()), group =>
        {
            foreach (var op in Enum.GetValues<ReduceOp>())
            {
                var floats = Enumerable.Range(0, 101).Select(i => (float)(i - 50) * (group.Rank + 1)).ToArray();
                var doubles = floats.Select(x => (double)x).ToArray();
                group.AllReduce(floats, op);
                group.AllReduce(doubles, op);
                for (var i = 0; i < doubles.Length; i++)
                {
                    var expected = Reduce(op, Enumerable.Range(1, worldSize).Select(k => (double)(i - 50) * k));
                    Assert.Equal(expected, doubles[i], 1e-12);
                    Assert.Equal((float)expected, floats[i], 1e-4f);
                }
            }
        });
    }

    [Fact]
    public void Sums_have_the_same_bits_on_every_rank_and_on_every_run()
    {
        foreach (var algorithm in Algorithms)
        {
            var runs = Enumerable.Range(0, 3)
                .Select(_ => RandomSums(5, 10_007, new() { Algorithm = algorithm })).ToArray();
            foreach (var run in runs)
                foreach (var bits in run)
                    Assert.Equal(runs[0][0], bits);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Sums_in_rank_order_are_the_sums_that_a_loop_over_ranks_gives(int worldSize)
    {
        const int Length = 5003;
        var sums = RandomSums(worldSize, Length, new() { SumInRankOrder = true })[worldSize - 1];
        var expected = new float[Length];
        for (var rank = 0; rank < worldSize; rank++)
        {
            var random = new Random(100 + rank);
            for (var i = 0; i < Length; i++)
            {
                var value = random.NextSingle() - 0.5f;
                expected[i] = rank == 0 ? value : expected[i] + value;
            }
        }
        Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()).ToArray(), sums);
    }

    [Theory]
    [InlineData(2, 1000)]
    [InlineData(3, 3001)]
    [InlineData(4, 10_000)]
    [InlineData(8, 40_003)]
    public void The_bytes_sent_are_those_of_the_formula(int worldSize, int length)
    {
        foreach (var algorithm in new[] { AllReduceAlgorithm.Ring, AllReduceAlgorithm.Direct })
        {
            var total = 0L;
            Ranks.Run(Create(worldSize, new() { Algorithm = algorithm }), group =>
            {
                var before = group.Traffic;
                group.AllReduce(new float[length]);
                Interlocked.Add(ref total, (group.Traffic - before).PayloadBytes);
            });
            // 2(N-1)/N * S per rank, so 2(N-1) * S over all ranks, to the byte.
            Assert.Equal(2L * (worldSize - 1) * length * sizeof(float), total);
        }
    }

    [Fact]
    public void Every_element_type_is_reduced()
    {
        Ranks.Run(Create(3, new()), group =>
        {
            CheckSum(group, i => (float)i, x => x);
            CheckSum(group, i => (double)i, x => x);
            CheckSum(group, i => i, x => x);
            CheckSum(group, i => (long)i, x => x);
            CheckSum(group, i => (Half)i, x => (double)x);
            CheckSum(group, i => (BFloat16)i, x => (float)x);
            Refuses<NotSupportedException>(() => group.AllReduce(new byte[3]));
            Refuses<NotSupportedException>(() => group.AllReduce(new int[3], ReduceOp.Mean));
            Refuses<NotSupportedException>(() => group.AllReduce(new decimal[3]));
        });
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 20_000)]
    [InlineData(5, 50_021)]
    public void Shards_are_reduced_gathered_and_given_out(int worldSize, int length)
    {
        Ranks.Run(Create(worldSize, new()), group =>
        {
            var shard = ShardRange.Of(length, group.Rank, worldSize);
            var vector = Enumerable.Range(0, length).Select(i => (double)i * (group.Rank + 1)).ToArray();
            var factor = worldSize * (worldSize + 1) / 2;
            var mine = new double[shard.Length];

            group.ReduceScatter<double>(vector, mine);
            for (var i = 0; i < mine.Length; i++) Assert.Equal((shard.Start + i) * factor, mine[i]);

            var all = new double[length];
            group.AllGather<double>(mine, all);
            for (var i = 0; i < length; i++) Assert.Equal((double)i * factor, all[i]);

            for (var root = 0; root < worldSize; root++)
            {
                var gathered = new double[group.Rank == root ? length : 0];
                group.Gather<double>(mine, gathered, length, root);
                for (var i = 0; i < gathered.Length; i++) Assert.Equal((double)i * factor, gathered[i]);

                group.Scatter<double>(group.Rank == root ? vector : [], mine, length, root);
                for (var i = 0; i < mine.Length; i++) Assert.Equal((shard.Start + i) * (root + 1.0), mine[i]);

                for (var i = 0; i < mine.Length; i++) mine[i] = (shard.Start + i) * factor;
                var reduced = vector.ToArray();
                group.Reduce(reduced, root, ReduceOp.Mean);
                for (var i = 0; i < length; i++)
                    Assert.Equal(group.Rank == root ? (double)i * factor / worldSize : vector[i], reduced[i], 1e-9);
            }
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void All_to_all_swaps_blocks(int worldSize)
    {
        Ranks.Run(Create(worldSize, new()), group =>
        {
            const int Block = 3001;
            var input = Enumerable.Range(0, worldSize * Block).Select(i => (i / Block * 1000) + group.Rank).ToArray();
            var output = new int[input.Length];
            group.AllToAll<int>(input, output);
            for (var i = 0; i < output.Length; i++) Assert.Equal((group.Rank * 1000) + (i / Block), output[i]);
        });
    }

    [Fact]
    public void Messages_come_in_the_order_in_which_they_were_sent()
    {
        Ranks.Run(Create(3, new()), group =>
        {
            for (var i = 0; i < 100; i++)
            {
                var token = new long[i];
                Array.Fill(token, i);
                if (group.Rank == 0) group.Send<long>(token, 1);
                var got = new long[i];
                if (group.Rank > 0) group.Receive<long>(got, group.Rank - 1);
                if (group.Rank > 0) Assert.Equal(token, got);
                if (group.Rank == 1) group.Send<long>(got, 2);
            }
        });
    }

    [Fact]
    public void Issued_calls_run_in_order_and_before_later_direct_calls()
    {
        Ranks.Run(Create(3, new()), group =>
        {
            var vectors = Enumerable.Range(1, 40).Select(k => Enumerable.Repeat((float)k, 10 * k).ToArray()).ToArray();
            var handles = vectors.Select(vector => group.IssueAllReduce<float>(vector)).ToArray();
            var last = new float[] { 1 };
            group.AllReduce(last);
            Assert.Equal(3, last[0]);
            Assert.All(handles, handle => Assert.True(handle.IsCompleted));
            for (var k = 1; k <= 40; k++) Assert.All(vectors[k - 1], x => Assert.Equal(3 * k, x));

            var shard = new double[ShardRange.Of(10, group.Rank, 3).Length];
            var all = new double[10];
            group.IssueReduceScatter<double>(Enumerable.Repeat(2.0, 10).ToArray(), shard);
            group.IssueAllGather<double>(shard, all).Wait();
            Assert.All(all, x => Assert.Equal(6, x));
            group.IssueBroadcast<float>(last, 1).Wait();
            Assert.Equal(3, last[0]);
        });
    }

    [Fact]
    public void A_failure_of_an_issued_call_comes_out_of_its_handle()
    {
        var groups = Create(2, new());
        var errors = Ranks.Catch(groups, group =>
        {
            if (group.Rank == 1) group.Abort("enough");
            else group.IssueAllReduce<float>(new float[8]).Wait();
        });
        AssertAborted(errors, except: 1, by: 1, "enough");
        Leave(groups);
    }

    [Fact]
    public void Several_vectors_are_reduced_as_one()
    {
        Ranks.Run(Create(2, new()), group =>
        {
            var (one, two) = (new float[] { 1, 2, 3 }, new float[] { 4 });
            group.AllReduce<float>([one, Memory<float>.Empty, two], ReduceOp.Sum);
            Assert.Equal([2, 4, 6], one);
            Assert.Equal([8], two);
        });
    }

    [Fact]
    public void Sub_groups_work_side_by_side()
    {
        Ranks.Run(Create(4, new()), group =>
        {
            using var low = group.CreateSubGroup([0, 1]);
            using var odd = group.CreateSubGroup([1, 3]);
            Assert.Equal(group.Rank < 2, low is not null);
            Assert.Equal(group.Rank % 2 == 1, odd is not null);
            foreach (var member in new[] { low, odd, group })
            {
                var values = Enumerable.Repeat(1f, 5000).ToArray();
                member?.AllReduce(values);
                Assert.All(values, x => Assert.Equal(member?.WorldSize ?? 1, x));
            }
            if (odd is not null) Assert.Equal(group.Rank / 2, odd.Rank);
            group.Barrier();
        });
    }

    [Fact]
    public void Wrong_arguments_are_refused_before_anything_is_sent()
    {
        Ranks.Run(Create(2, new()), group =>
        {
            Refuses<ArgumentOutOfRangeException>(() => group.Broadcast(new float[1], 2));
            Refuses<ArgumentOutOfRangeException>(() => group.Send<float>(new float[1], group.Rank));
            Refuses<ArgumentException>(() => group.ReduceScatter<float>(new float[8], new float[3]));
            Refuses<ArgumentException>(() => group.AllGather<float>(new float[3], new float[8]));
            Refuses<ArgumentException>(() => group.AllToAll<float>(new float[3], new float[3]));
            Refuses<ArgumentException>(() => group.CreateSubGroup([1, 0]));
            Assert.Equal(0, group.Traffic.Messages);
            group.Barrier();
        });
    }

    [Fact]
    public void A_broadcast_gives_everyone_the_roots_values()
    {
        Ranks.Run(Create(5, new()), group =>
        {
            for (var root = 0; root < 5; root++)
            {
                var values = Enumerable.Range(0, 3001).Select(i => (byte)(i * (group.Rank + 3))).ToArray();
                group.Broadcast<byte>(values, root);
                for (var i = 0; i < values.Length; i++) Assert.Equal((byte)(i * (root + 3)), values[i]);
            }
        });
    }

    [Fact]
    public void Nobody_passes_a_barrier_before_everybody_has_come()
    {
        var arrived = 0;
        Ranks.Run(Create(4, new()), group =>
        {
            for (var round = 1; round <= 50; round++)
            {
                Interlocked.Increment(ref arrived);
                group.Barrier();
                Assert.True(Volatile.Read(ref arrived) >= 4 * round);
            }
        });
    }

    internal static double Reduce(ReduceOp op, IEnumerable<double> values) => op switch
    {
        ReduceOp.Sum => values.Sum(),
        ReduceOp.Mean => values.Average(),
        ReduceOp.Min => values.Min(),
        _ => values.Max(),
    };

    private static void Refuses<TException>(Action call) where TException : Exception =>
        Assert.Throws<TException>(call);

    private static void CheckSum<T>(ProcessGroup group, Func<int, T> make, Func<T, double> read) where T : unmanaged
    {
        // Below 256 all types hold whole numbers exactly.
        var values = Enumerable.Range(0, 85).Select(i => make(i)).ToArray();
        group.AllReduce(values);
        for (var i = 0; i < values.Length; i++) Assert.Equal(3 * i, read(values[i]));
        group.AllReduce(values, ReduceOp.Max);
        Assert.Equal(252, read(values[84]));
    }

    protected byte[][] RandomSums(int worldSize, int length, ProcessGroupOptions options)
    {
        var results = new byte[worldSize][];
        Ranks.Run(Create(worldSize, options), group =>
        {
            var random = new Random(100 + group.Rank);
            var values = Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f).ToArray();
            group.AllReduce(values);
            results[group.Rank] = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        });
        return results;
    }
}
