using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>How every kind of process group fails: never in silence, and naming who.</summary>
public abstract class GroupFailureConformance
{
    protected abstract ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options);

    [Fact]
    public void A_rank_that_never_comes_is_named_after_the_stall_time()
    {
        var clock = new StepClock("rank 0", "rank 2");
        var groups = Create(3, new() { TimeProvider = clock, StallTime = TimeSpan.FromSeconds(60) });
        var errors = Ranks.Catch(groups, group =>
        {
            if (group.Rank != 1) group.AllReduce(new float[100]);
        });
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
            group => group.AllReduce(new float[8], group.Rank == 1 ? ReduceOp.Max : ReduceOp.Sum),
            "max of 8",
            "sum of 8");
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
                if (group.Rank == 1) group.AllToAll<float>(new float[9], new float[9]);
                else group.AllReduce(new float[9]);
            },
            "all-to-all #1",
            "all-reduce #1");
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
        var errors = Ranks.Catch(groups, group =>
        {
            calls(group);
            // A rank whose part was only to send may be done with it; then its next call tells.
            group.Barrier();
        });
        Assert.Contains(errors, error => error is CollectiveMismatchException);
        Assert.All(errors, error =>
        {
            Assert.IsAssignableFrom<CollectiveException>(error);
            Assert.Contains(one, error!.Message, StringComparison.Ordinal);
            Assert.Contains(other, error.Message, StringComparison.Ordinal);
        });
        Leave(groups);
    }
}
