using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

public sealed class GradientBucketsTests
{
    private static readonly int[] _lengths = [100, 30, 0, 500, 7, 900, 20];

    [Fact]
    public void Buckets_hold_the_parameters_from_last_to_first_and_the_first_bucket_is_small()
    {
        using var group = InProcessGroup.Create(1)[0];
        using var buckets = new GradientBuckets<float>(
            group, _lengths, new() { FirstBucketBytes = 80, BucketBytes = 2000 });
        Assert.Equal([20, 900, 507, 130], buckets.BucketLengths);
        Assert.Equal([3, 3, 3, 2, 2, 1, 0], Enumerable.Range(0, 7).Select(buckets.BucketOf));
        for (var i = 0; i < 7; i++) Assert.Equal(_lengths[i], buckets.Gradient(i).Length);
    }

    [Fact]
    public void Gradients_that_come_in_another_order_on_every_rank_are_averaged_all_the_same()
    {
        Ranks.Run(InProcessGroup.Create(3), group =>
        {
            using var buckets = new GradientBuckets<float>(
                group, _lengths, new() { FirstBucketBytes = 80, BucketBytes = 2000 });
            var random = new Random(group.Rank);
            for (var step = 1; step <= 20; step++)
            {
                var order = Enumerable.Range(0, _lengths.Length).ToArray();
                random.Shuffle(order);
                foreach (var parameter in order)
                {
                    buckets.Gradient(parameter).Span.Fill(step * (group.Rank + parameter));
                    buckets.MarkReady(parameter);
                }
                buckets.Wait();
                foreach (var parameter in order)
                    Assert.All(buckets.Gradient(parameter).ToArray(), x => Assert.Equal(step * (1 + parameter), x));
            }
        });
    }

    [Fact]
    public void Every_bucket_may_have_its_own_compression()
    {
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            using var buckets = new GradientBuckets<float>(
                group, _lengths, new() { FirstBucketBytes = 80 },
                length => length > 500 ? new TopKReducer(length, 1) : new DenseReducer<float>(length));
            for (var parameter = 6; parameter >= 0; parameter--)
            {
                buckets.Gradient(parameter).Span.Fill(1 + (2 * group.Rank));
                buckets.MarkReady(parameter);
            }
            buckets.Wait();
            Assert.IsType<TopKReducer>(buckets.ReducerOf(1));
            Assert.All(buckets.Gradient(5).ToArray(), x => Assert.Equal(2, x));
        });
    }

    [Fact]
    public void Accumulation_without_synchronisation_sends_nothing_until_the_last_pass()
    {
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            using var buckets = new GradientBuckets<float>(group, [100, 50]);
            var before = group.Traffic;
            for (var pass = 0; pass < 4; pass++)
            {
                using var scope = pass < 3 ? buckets.NoSync() : null;
                for (var parameter = 1; parameter >= 0; parameter--)
                {
                    foreach (ref var x in buckets.Gradient(parameter).Span) x += group.Rank + 1;
                    buckets.MarkReady(parameter);
                }
                buckets.Wait();
                if (pass < 3) Assert.Equal(before, group.Traffic);
            }
            // One reduction of 150 float32 for four passes: 2(N-1)/N·S = 600 bytes, up to the cut at a cache line.
            Assert.InRange((group.Traffic - before).PayloadBytes, 512, 688);
            Assert.All(buckets.Gradient(0).ToArray(), x => Assert.Equal(4 * 1.5f, x));
        });
    }

    [Fact]
    public void The_residuals_of_all_buckets_are_one_state_for_a_checkpoint()
    {
        var whole = Train(from: 0, until: 12, null, out _);
        Train(from: 0, until: 6, null, out var states);
        Assert.All(states, state => Assert.Contains(state, x => x != 0));
        Assert.Equal(whole, Train(from: 6, until: 12, states, out _));
        // Without its residuals the resumed run gives other numbers.
        Assert.NotEqual(whole, Train(from: 6, until: 12, null, out _));
    }

    private static float[] Train(int from, int until, float[][]? start, out float[][] states)
    {
        var (ends, saved) = (new float[2][], new float[2][]);
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            using var buckets = new GradientBuckets<float>(
                group, _lengths, new() { FirstBucketBytes = 80, BucketBytes = 2000 },
                length => new QuantizedReducer(length, new OneBitQuantizer(), group.Rank, group.WorldSize));
            if (start is not null) buckets.LoadState(start[group.Rank]);
            for (var step = from; step < until; step++)
            {
                var random = new Random((31 * step) + group.Rank);
                for (var parameter = _lengths.Length - 1; parameter >= 0; parameter--)
                {
                    foreach (ref var x in buckets.Gradient(parameter).Span) x = random.NextSingle() - 0.5f;
                    buckets.MarkReady(parameter);
                }
                buckets.Wait();
            }
            ends[group.Rank] = buckets.Gradient(3).ToArray();
            saved[group.Rank] = new float[buckets.StateLength];
            buckets.SaveState(saved[group.Rank]);
        });
        states = saved;
        return ends[0];
    }

    [Fact]
    public void Bucket_sizes_are_tried_out_and_all_ranks_keep_the_fastest()
    {
        var clock = new BucketClock();
        var kept = new System.Collections.Concurrent.ConcurrentBag<string>();
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            var lengths = Enumerable.Repeat(100_000, 8).ToArray(); // 400 kB each
            using var buckets = new GradientBuckets<float>(
                group, lengths, new() { TuningSteps = 2, BucketBytes = 3 << 20, TimeProvider = clock });
            while (buckets.IsTuning)
            {
                for (var parameter = 7; parameter >= 0; parameter--)
                {
                    buckets.Gradient(parameter).Span.Fill(group.Rank);
                    buckets.MarkReady(parameter);
                }
                // Four buckets are the fastest on this clock, on both ranks.
                if (group.Rank == 0) clock.StepSeconds = 1 + Math.Abs(4 - buckets.BucketLengths.Length);
                buckets.Wait();
                Assert.All(buckets.Gradient(3).ToArray(), x => Assert.Equal(0.5f, x));
            }
            kept.Add(string.Join(' ', buckets.BucketLengths));
        });
        Assert.Equal(["200000 200000 200000 200000"], kept.Distinct());
        var error = Assert.Throws<ArgumentException>(() => new GradientBuckets<float>(
            InProcessGroup.Create(1)[0], [5], new() { TuningSteps = 1 }, n => new TopKReducer(n, 1)));
        Assert.Contains("TuningSteps", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Every look at it comes one step later.</summary>
    private sealed class BucketClock : TimeProvider
    {
        private long _now;

        internal long StepSeconds { get; set; } = 1;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref _now, StepSeconds);
    }

    [Fact]
    public void A_forgotten_and_a_doubled_gradient_are_named()
    {
        using var group = InProcessGroup.Create(1)[0];
        using var buckets = new GradientBuckets<float>(group, [5, 5]);
        buckets.MarkReady(1);
        Assert.Contains(
            "Parameter 0", Assert.Throws<InvalidOperationException>(buckets.Wait).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Parameter 1", Assert.Throws<InvalidOperationException>(() => buckets.MarkReady(1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_reduction_comes_out_of_the_wait()
    {
        var groups = InProcessGroup.Create(2);
        var errors = Ranks.Catch(groups, group =>
        {
            if (group.Rank == 1)
            {
                group.Abort("out of memory");
                return;
            }
            using var buckets = new GradientBuckets<float>(group, [5, 5]);
            buckets.MarkReady(0);
            buckets.MarkReady(1);
            buckets.Wait();
        });
        Assert.Equal("out of memory", Assert.IsType<CollectiveAbortedException>(errors[0]).Reason);
    }

    [Fact]
    public void Other_calls_of_the_same_place_go_between_the_buckets()
    {
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            using var buckets = new GradientBuckets<float>(group, [100_000, 50, 100_000], new() { BucketBytes = 4 });
            group.Label = "moments";
            for (var step = 0; step < 100; step++)
            {
                for (var parameter = 2; parameter >= 0; parameter--)
                {
                    buckets.Gradient(parameter).Span.Fill(group.Rank + parameter);
                    buckets.MarkReady(parameter);
                    double[] moments = [1, step];
                    group.AllReduce<double>(moments);
                    Assert.Equal([2, 2 * step], moments);
                }
                buckets.Wait();
                Assert.Equal(0.5f, buckets.Gradient(0).Span[99_999]);
            }
        });
    }

    [Fact]
    public void Memory_of_the_callers_is_reduced_in_place_and_can_be_awaited_bucket_by_bucket()
    {
        Ranks.Run(InProcessGroup.Create(3), group =>
        {
            var memory = new double[90];
            var shard = new double[10];
            using var buckets = new GradientBuckets<double>(
                group, [memory.AsMemory(0, 60), memory.AsMemory(60)], i => i == 0
                    ? new ShardReducer<double>(60, ReduceOp.Sum)
                    : new ShardReducer<double>(30, ReduceOp.Mean, shard));
            for (var step = 1; step <= 3; step++)
            {
                Array.Fill(memory, step * (group.Rank + 1.0));
                buckets.WaitFor(1); // nothing is under way yet
                buckets.MarkReady(1);
                buckets.WaitFor(1);
                Assert.All(shard, x => Assert.Equal(2 * step, x));
                memory.AsSpan(60).Clear();
                buckets.MarkReady(0);
                buckets.Wait();
                Assert.All(memory[(20 * group.Rank)..(20 * (group.Rank + 1))], x => Assert.Equal(6 * step, x));
            }
        });
    }
}
