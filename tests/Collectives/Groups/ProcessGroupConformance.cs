using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>What every kind of process group does, whatever carries its bytes. Each kind inherits this suite.</summary>
public abstract class ProcessGroupConformance
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

    protected virtual IReadOnlyList<AllReduceAlgorithm> Algorithms => [AllReduceAlgorithm.Auto, AllReduceAlgorithm.Ring];

    protected abstract ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options);

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
            var runs = Enumerable.Range(0, 3).Select(_ => RandomSums(5, 10_007, new() { Algorithm = algorithm })).ToArray();
            foreach (var run in runs)
                foreach (var bits in run)
                    Assert.Equal(runs[0][0], bits);
        }
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

    [Fact]
    public void A_rank_that_never_comes_is_named_after_the_stall_time()
    {
        var clock = new FakeTimeProvider();
        var groups = Create(3, new() { TimeProvider = clock, StallTime = TimeSpan.FromSeconds(60) });
        Ranks.Run(groups, group => group.Barrier());
        groups = Create(3, new() { TimeProvider = clock, StallTime = TimeSpan.FromSeconds(60) });
        using var done = new CancellationTokenSource();
        var advancing = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                clock.Advance(TimeSpan.FromSeconds(61));
                Thread.Yield();
            }
        });
        advancing.Start();
        var errors = Ranks.Catch(groups, group =>
        {
            if (group.Rank != 1) group.AllReduce(new float[100]);
        });
        done.Cancel();
        advancing.Join();
        var stalled = errors.OfType<CollectiveStalledException>().ToArray();
        Assert.NotEmpty(stalled);
        Assert.All(stalled, error =>
        {
            Assert.Equal([1], error.MissingRanks);
            Assert.Equal(1, error.Call.Sequence);
            Assert.Contains("all-reduce #1 (sum of 100 f32", error.Message, StringComparison.Ordinal);
            Assert.Contains("rank 1 has made no call yet", error.Message, StringComparison.Ordinal);
        });
        Assert.All([errors[0], errors[2]], error => Assert.IsAssignableFrom<CollectiveException>(error));
        Leave(groups);
    }

    [Fact]
    public void Different_calls_at_the_same_place_are_reported_with_both_sides()
    {
        AssertMismatch(group => group.AllReduce(new float[group.Rank == 1 ? 7 : 8]), "of 7 f32", "of 8 f32");
        AssertMismatch(
            group => group.AllReduce(new float[8], group.Rank == 1 ? ReduceOp.Max : ReduceOp.Sum), "max of 8", "sum of 8");
        AssertMismatch(
            group =>
            {
                if (group.Rank == 1) group.AllReduce(new float[8]);
                else group.AllReduce(new double[8]);
            },
            "of 8 f32",
            "of 8 f64");
        AssertMismatch(
            group =>
            {
                if (group.Rank == 1) group.Barrier();
                else group.Broadcast(new float[8]);
            },
            "barrier #1",
            "broadcast #1");
    }

    [Fact]
    public void An_abort_wakes_every_waiting_rank_and_stays()
    {
        var groups = Create(4, new());
        var errors = Ranks.Catch(groups, group =>
        {
            if (group.Rank == 2) group.Abort("the disk is full");
            else group.AllReduce(new float[1000]);
        });
        AssertAborted(errors, except: 2, by: 2, "the disk is full");
        errors = Ranks.Catch(groups, group => group.Barrier());
        AssertAborted(errors, except: -1, by: 2, "the disk is full");
        Leave(groups);
    }

    [Fact]
    public void A_rank_that_leaves_early_aborts_those_who_wait_for_it()
    {
        var groups = Create(3, new());
        var errors = Ranks.Catch(groups, group =>
        {
            group.Barrier();
            if (group.Rank == 0) group.Dispose();
            else group.AllReduce(new float[10]);
        });
        AssertAborted(errors, except: 0, by: null, "left after barrier #1");
        Leave(groups);
    }

    [Fact]
    public void A_cancelled_call_ends_the_group_for_all()
    {
        var groups = Create(3, new());
        using var source = new CancellationTokenSource();
        var errors = Ranks.Catch(groups, group =>
        {
            if (group.Rank == 0) group.AllReduce(new float[10], ReduceOp.Sum, source.Token);
            else if (group.Rank == 1) group.AllReduce(new float[10]);
            else source.Cancel();
        });
        Assert.IsAssignableFrom<OperationCanceledException>(errors[0]);
        AssertAborted([errors[1]], except: -1, by: 0, "cancelled");
        Leave(groups);
    }

    [Fact]
    public void A_disposed_member_refuses_calls()
    {
        var groups = Create(2, new());
        Leave(groups);
        Assert.Throws<ObjectDisposedException>(() => groups[0].Barrier(TestContext.Current.CancellationToken));
    }

    internal static double Reduce(ReduceOp op, IEnumerable<double> values) => op switch
    {
        ReduceOp.Sum => values.Sum(),
        ReduceOp.Mean => values.Average(),
        ReduceOp.Min => values.Min(),
        _ => values.Max(),
    };

    protected static void Leave(IEnumerable<ProcessGroup> groups)
    {
        foreach (var group in groups) group.Dispose();
    }

    protected static void AssertAborted(Exception?[] errors, int except, int? by, string reason)
    {
        for (var rank = 0; rank < errors.Length; rank++)
        {
            if (rank == except) continue;
            var error = Assert.IsType<CollectiveAbortedException>(errors[rank]);
            if (by is not null) Assert.Equal(by, error.AbortingRank);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    private void AssertMismatch(Action<ProcessGroup> calls, string one, string other)
    {
        var groups = Create(3, new());
        var errors = Ranks.Catch(groups, calls);
        Assert.Contains(errors, error => error is CollectiveMismatchException);
        Assert.All(errors, error =>
        {
            Assert.IsAssignableFrom<CollectiveException>(error);
            Assert.Contains(one, error!.Message, StringComparison.Ordinal);
            Assert.Contains(other, error.Message, StringComparison.Ordinal);
        });
        Leave(groups);
    }

    protected byte[][] RandomSums(int worldSize, int length, ProcessGroupOptions options)
    {
        var results = new byte[worldSize][];
        Ranks.Run(Create(worldSize, options), group =>
        {
            var random = new Random(100 + group.Rank);
            var values = Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f).ToArray();
            group.AllReduce(values);
            results[group.Rank] = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        });
        return results;
    }
}
