using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>Calls that go on by themselves, several vectors at once, and groups within a group.</summary>
public abstract class IssuedCallConformance : GroupFailureConformance
{
    [Fact]
    public void Issued_calls_run_in_order_and_before_later_direct_calls()
    {
        Ranks.Run(
            Create(3, new()),
            group =>
            {
                var vectors = Enumerable
                    .Range(1, 40)
                    .Select(k => Enumerable.Repeat((float)k, 10 * k).ToArray())
                    .ToArray();
                var handles = vectors.Select(vector => group.IssueAllReduce<float>(vector)).ToArray();
                var last = new float[] { 1 };
                group.AllReduce(last);
                Assert.Equal(3, last[0]);
                Assert.All(handles, handle => Assert.True(handle.IsCompleted));
                for (var k = 1; k <= 40; k++)
                    Assert.All(vectors[k - 1], x => Assert.Equal(3 * k, x));

                var shard = new double[ShardRange.Of(10, group.Rank, 3).Length];
                var all = new double[10];
                group.IssueReduceScatter<double>(Enumerable.Repeat(2.0, 10).ToArray(), shard);
                group.IssueAllGather<double>(shard, all).Wait();
                Assert.All(all, x => Assert.Equal(6, x));
                group.IssueBroadcast<float>(last, 1).Wait();
                Assert.Equal(3, last[0]);
            }
        );
    }

    [Fact]
    public void A_failure_of_an_issued_call_comes_out_of_its_handle()
    {
        var groups = Create(2, new());
        var errors = Ranks.Catch(
            groups,
            group =>
            {
                if (group.Rank == 1)
                    group.Abort("enough");
                else
                    group.IssueAllReduce<float>(new float[8]).Wait();
            }
        );
        AssertAborted(errors, except: 1, by: 1, "enough");
        Leave(groups);
    }

    [Fact]
    public void Several_vectors_are_reduced_as_one()
    {
        Ranks.Run(
            Create(2, new()),
            group =>
            {
                var (one, two) = (new float[] { 1, 2, 3 }, new float[] { 4 });
                group.AllReduce<float>([one, Memory<float>.Empty, two], ReduceOp.Sum);
                Assert.Equal([2, 4, 6], one);
                Assert.Equal([8], two);
            }
        );
    }

    [Fact]
    public void Sub_groups_work_side_by_side()
    {
        Ranks.Run(
            Create(4, new()),
            group =>
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
                if (odd is not null)
                    Assert.Equal(group.Rank / 2, odd.Rank);
                group.Barrier();
            }
        );
    }
}
