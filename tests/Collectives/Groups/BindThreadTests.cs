using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

public sealed class BindThreadTests
{
    [Fact]
    public void Ranks_get_a_processor_each_and_the_groups_own_threads_none()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.ProcessorCount >= 2, "Needs Linux and 2 processors.");
        var processors = new string[2];
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            Assert.True(group.BindThread());
            processors[group.Rank] = Allowed();
            var works = new float[10];
            group.IssueAllReduce<float>(works).Wait(); // starts the group's thread
            Assert.Equal(processors[group.Rank], Allowed());
        });
        Assert.NotEqual(processors[0], processors[1]);
        Assert.All(processors, one => Assert.True(int.TryParse(one, out _), one));
    }

    [Fact]
    public void Ranks_that_outnumber_the_processors_are_left_where_they_are()
    {
        var groups = InProcessGroup.Create(1024);
        var bound = true;
        var thread = new Thread(() => bound = groups[3].BindThread() || groups[0].BindThread(first: 4000));
        thread.Start();
        thread.Join();
        foreach (var group in groups) group.Dispose();
        Assert.False(bound);
    }

    private static string Allowed() => File.ReadLines("/proc/thread-self/status")
        .First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1];
}
