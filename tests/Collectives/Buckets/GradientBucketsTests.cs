using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

public sealed class GradientBucketsTests
{
    private static readonly int[] _lengths = [100, 30, 0, 500, 7, 900, 20];

    [Fact]
    public void Buckets_hold_the_parameters_from_last_to_first_and_the_first_bucket_is_small()
    {
        using var group = InProcessGroup.Create(1)[0];
        using var buckets = new GradientBuckets(
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
            using var buckets = new GradientBuckets(
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
            using var buckets = new GradientBuckets(group, _lengths, new()
            {
                FirstBucketBytes = 80,
                Reducer = length => length > 500 ? new TopKReducer(length, 1) : new DenseReducer(length),
            });
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
    public void A_forgotten_and_a_doubled_gradient_are_named()
    {
        using var group = InProcessGroup.Create(1)[0];
        using var buckets = new GradientBuckets(group, [5, 5]);
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
            using var buckets = new GradientBuckets(group, [5, 5]);
            buckets.MarkReady(0);
            buckets.MarkReady(1);
            buckets.Wait();
        });
        Assert.Equal("out of memory", Assert.IsType<CollectiveAbortedException>(errors[0]).Reason);
    }
}
