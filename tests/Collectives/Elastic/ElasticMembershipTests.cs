using System.Collections.Concurrent;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

public sealed class ElasticMembershipTests : IDisposable
{
    private const int Steps = 40;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tg");
    private readonly TcpStoreServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_run_loses_a_member_gains_another_and_counts_every_step_once()
    {
        var log = new ConcurrentQueue<(long Epoch, int WorldSize)>();
        using var joined = new ManualResetEventSlim();
        var results = new ConcurrentDictionary<string, float>();
        void Member(string name)
        {
            if (name == "late") joined.Wait();
            results[name] = Train(name, log, joined);
        }
        var threads = new[] { "a", "b", "dying", "late" }.Select(name => new Thread(() => Member(name))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(120)));

        Assert.Equal([(1, 3), (2, 2), (3, 3)], log.Distinct().OrderBy(entry => entry.Epoch));
        Assert.Equal(-1, results["dying"]);
        // The mean of ones is one whatever the world size, and a step that failed is done again: the state counts
        // steps.
        Assert.All(new[] { "a", "b", "late" }, name => Assert.Equal(Steps, results[name]));
    }

    [Fact]
    public void A_state_goes_back_to_the_last_commit_and_spreads_from_rank_zero()
    {
        Ranks.Run(InProcessGroup.Create(3), group =>
        {
            var (weights, counts) = (new float[1000], new long[3]);
            var state = new ElasticState();
            state.Register<float>(weights);
            state.Register<long>(counts);
            if (group.Rank != 2)
            {
                weights.AsSpan().Fill(group.Rank + 1);
                counts[1] = group.Rank + 10;
                state.Commit(5 - group.Rank);
            }
            weights.AsSpan().Fill(-1); // a step that was interrupted
            state.RollBack();
            Assert.Equal(group.Rank == 2 ? 0 : group.Rank + 1, weights[999]);
            weights.AsSpan().Fill(-1);
            state.Synchronise(group);
            Assert.Equal(5, state.Step);
            Assert.All(weights, x => Assert.Equal(1, x));
            Assert.Equal([0, 10, 0], counts);
            weights[0] = 7;
            state.RollBack();
            Assert.Equal(1, weights[0]);
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ElasticState().Commit(0));
    }

    private float Train(
        string name, ConcurrentQueue<(long Epoch, int WorldSize)> log, ManualResetEventSlim joined)
    {
        using var store = new TcpStore(_server.Endpoint);
        var options = new ElasticOptions { MinWorldSize = 2, MaxWorldSize = 3, SettleTime = TimeSpan.FromSeconds(1) };
        var membership = new ElasticMembership(store, "run", name, options);
        var state = new float[2]; // [steps, sum]
        while (true)
        {
            var epoch = membership.Next((long)state[0]);
            log.Enqueue((epoch.Number, epoch.WorldSize));
            using var group = SocketGroup.Join($"run/{epoch.Number}/group", epoch.Rank, epoch.WorldSize, store);
            try
            {
                group.Broadcast(state);
                if (RunEpoch(name, group, membership, epoch, state, joined)) return state[1];
                if (name == "dying") return -1;
            }
            catch (CollectiveAbortedException)
            {
                // A member is gone: meet the others in the next epoch.
            }
        }
    }

    /// <summary>True when the run is over, false when the epoch is.</summary>
    private static bool RunEpoch(
        string name, ProcessGroup group, ElasticMembership membership, MembershipEpoch epoch, float[] state,
        ManualResetEventSlim joined)
    {
        while (state[0] < Steps)
        {
            if (name == "dying" && state[0] == 5) return false;
            // In the second epoch the run waits at step 20 until the late one is seen.
            if (epoch.Number == 2 && state[0] == 20) joined.Set();
            if (membership.ShouldRegroup(group)) return false;
            if (epoch.Number == 2 && state[0] == 20) continue;
            var gradient = new float[] { 1, 1, 1 };
            group.AllReduce(gradient, ReduceOp.Mean);
            state[0]++;
            state[1] += gradient[0];
        }
        return true;
    }
}
