using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>A segment that another study begins between a sweep's decision to train it and its start.</summary>
public sealed class SegmentElsewhereTests
{
    [Fact]
    public async Task It_is_waited_for_and_trained_here_when_the_other_one_fails()
    {
        var said = new List<string?>();
        var (result, started) = await RunAsync((claims, key, post) =>
        {
            Assert.True(claims.TryBegin(key, "other"));
            post(new Errand(() =>
            {
                said.Add(claims.WhyWaiting("wine"));
                claims.Release(key, "other", isDone: false);
            }));
        });

        Assert.Equal(2, started.Count);
        Assert.Equal(started.Distinct(), started);
        Assert.Equal(2, said.Count);
        Assert.All(said, why => Assert.Contains("waits for the study 'other'", why, StringComparison.Ordinal));
        var alone = await new SweepRunner(Spec()).RunAsync();
        Assert.Equal(TrialsCsv.Write(alone.Trials, ["val_loss"]), TrialsCsv.Write(result.Trials, ["val_loss"]));
    }

    private static SweepSpec Spec()
    {
        using var folder = new TemporaryFolder();
        var path = Hosts.FleetSweep.Write(folder["wine.yaml"], trials: 2, epochs: 3);
        return SweepFile.Load(path) with { OutputFolder = null };
    }

    /// <param name="submitted">Called when a segment is submitted for the first time, before it can start.</param>
    private static async Task<(SweepResult Result, List<string> Started)> RunAsync(
        Action<SegmentClaims, string, Action<RunnerMessage>> submitted)
    {
        var (library, started) = (new SegmentLibrary(), new List<string>());
        using var folder = new TemporaryFolder();
        var options = new SweepRunOptions { Store = new MemoryStudyStore() };
        var site = new SweepSite(
            new CheckpointFolder(folder["checkpoints"]),
            (threads, post) => new LateDispatcher(
                new LocalDispatcher(threads, 1, 1, options, post), threads, started,
                key => submitted(library.Claims, key, post)),
            Began: _ => { },
            Kept: _ => { })
        {
            Library = library,
        };
        return (await new SweepRunner(Spec(), options with { Site = site }).RunAsync(), started);
    }

    /// <summary>This process, in which somebody else is always the first to begin a segment.</summary>
    private sealed class LateDispatcher(
        LocalDispatcher inner, TaskThreads threads, List<string> started, Action<string> submitted)
        : TaskDispatcher(threads)
    {
        private readonly HashSet<string> _seen = [];

        public override int Parallel => 1;

        public override IReadOnlyList<Instruction> Submit(PlannedTask task)
        {
            if (task.Work is TrainSegment segment && _seen.Add(segment.Key))
                submitted(segment.Key);
            return inner.Submit(task);
        }

        public override IReadOnlyList<Instruction> Apply(GraphEvent @event) => inner.Apply(@event);

        public override string WorkerOf(StartTask start) => inner.WorkerOf(start);

        public override void Start(StartTask start, SweepTask task, StoredCheckpoint? checkpoint)
        {
            if (task is TrainSegment segment)
                started.Add(segment.Key);
            inner.Start(start, task, checkpoint);
        }

        public override void Dispose()
        {
            base.Dispose();
            inner.Dispose();
        }
    }
}
