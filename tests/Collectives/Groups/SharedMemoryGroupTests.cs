using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>The suite over a mapped file; each rank maps it anew, at its own address, as a process would.</summary>
public sealed class SharedMemoryGroupTests : ProcessGroupConformance
{
    private static int _groups;

    protected override ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options)
    {
        var name = NewName();
        var settings = new SharedMemoryOptions
        {
            Algorithm = options.Algorithm,
            StallTime = options.StallTime,
            TimeProvider = options.TimeProvider,
            SumInRankOrder = options.SumInRankOrder,
            PassBytes = 8192, // small, so that the tests' vectors take many passes
            Folder = Folder,
        };
        return Ranks.Join(worldSize, rank => SharedMemoryGroup.Join(name, rank, worldSize, settings));
    }

    private static string Folder => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private static string NewName() => $"tunegraph-test-{Environment.ProcessId}-{Interlocked.Increment(ref _groups)}";

    [Fact]
    public void Vectors_of_the_arena_and_others_meet_in_one_collective()
    {
        Ranks.Run(Create(3, new()), group =>
        {
            var shared = (SharedMemoryGroup)group;
            var values = group.Rank == 1 ? new float[10_000] : shared.Allocate<float>(10_000);
            values.Span.Fill(group.Rank + 1);
            group.AllReduce(values.Span);
            Assert.All(values.ToArray(), x => Assert.Equal(6, x));
        });
    }

    [Fact]
    public void The_file_is_gone_once_all_have_joined()
    {
        var before = Directory.GetFiles(Folder, $"tunegraph-test-{Environment.ProcessId}-*").Length;
        var groups = Create(2, new());
        Assert.Equal(before, Directory.GetFiles(Folder, $"tunegraph-test-{Environment.ProcessId}-*").Length);
        Leave(groups);
    }

    [Fact]
    public void Ranks_that_do_not_join_are_named()
    {
        var name = NewName();
        var options = new SharedMemoryOptions { JoinTime = TimeSpan.FromMilliseconds(1), Folder = Folder };
        var error = Assert.Throws<TimeoutException>(() =>
            SharedMemoryGroup.Join(name, 0, 3, options, TestContext.Current.CancellationToken));
        Assert.Contains("rank 1, 2", error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(Folder, name));
    }

    [Fact]
    public void An_arena_that_is_too_small_says_so()
    {
        var options = new SharedMemoryOptions { ArenaBytes = 8192, Folder = Folder };
        using var group = SharedMemoryGroup.Join(NewName(), 0, 1, options, TestContext.Current.CancellationToken);
        Assert.Equal(1000, group.Allocate<float>(1000).Length);
        var error = Assert.Throws<InvalidOperationException>(() => group.Allocate<double>(1000));
        Assert.Contains("ArenaBytes", error.Message, StringComparison.Ordinal);
    }
}
