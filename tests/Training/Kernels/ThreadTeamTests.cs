using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 7)]
    [InlineData(2, 40)]
    public void Every_part_is_done_once_however_often_a_team_runs(int size, int parts)
    {
        using var team = new ThreadTeam(size);
        for (var round = 0; round < 500; round++)
        {
            var counts = new int[parts];
            var work = new Counting { Counts = counts };
            team.Run(ref work, parts);
            Assert.Equal(size == 1 ? 1 : parts, counts.Sum());
            Assert.DoesNotContain(counts, count => count > 1);
        }
    }

    [Fact]
    public void A_failure_of_any_part_reaches_the_caller_and_the_team_lives_on()
    {
        using var team = new ThreadTeam(2);
        for (var failing = 0; failing < 4; failing++)
        {
            var work = new Failing { Part = failing };
            Assert.Throws<InvalidDataException>(() => team.Run(ref work, 4));
        }
        var counts = new int[4];
        var counting = new Counting { Counts = counts };
        team.Run(ref counting, 4);
        Assert.Equal([1, 1, 1, 1], counts);
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        using var team = new ThreadTeam(2);
        var work = new Counting { Counts = new int[4] };
        team.Run(ref work, 4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            team.Run(ref work, 4);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private struct Counting : ITeamWork
    {
        public required int[] Counts;

        public readonly void Run(int part, int parts, int thread) => Interlocked.Increment(ref Counts[part]);
    }

    private struct Failing : ITeamWork
    {
        public required int Part;

        public readonly void Run(int part, int parts, int thread)
        {
            if (part == Part)
                throw new InvalidDataException("This part fails.");
        }
    }
}
