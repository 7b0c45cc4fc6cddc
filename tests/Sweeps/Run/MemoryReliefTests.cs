using TuneGraph.Graph;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>Trials that run out of memory, and what a sweep may do about it.</summary>
public sealed class MemoryReliefTests
{
    [Theory]
    [InlineData(2, TrialState.Completed, 2)] // needs four passes
    [InlineData(1, TrialState.Failed, 1)]
    public async Task A_trial_is_repeated_in_smaller_passes_and_its_batch_stays(
        int max, TrialState expected, int repeats)
    {
        var (result, store, _) = await RunAsync(
            new RetrySpec { Max = max, Relief = [MemoryRelief.SmallerPasses] }, fits: shape => shape.Passes >= 4);

        Assert.All(result.Trials, trial => Assert.Equal(expected, trial.State));
        var attempts = store.Load("wine")!.Attempts.Where(attempt => attempt.Trial == 0).ToList();
        Assert.Equal(repeats + (expected == TrialState.Failed ? 1 : 0),
            attempts.Count(attempt => attempt.State == AttemptState.OutOfMemory));
        Assert.Equal(attempts.Count, attempts.Select(attempt => attempt.TaskKey).Distinct().Count());
        if (expected == TrialState.Completed)
        {
            var whole = await LocalAsync();
            foreach (var (split, own) in result.Trials.Zip(whole.Trials))
                Assert.Equal(own.Value!.Value, split.Value!.Value, 1e-4); // four sums instead of one: rounding alone
        }
        else
            Assert.Contains("no room", result.Trials[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_is_repeated_where_there_is_more_memory_before_anything_else_if_that_stands_first()
    {
        var (result, store, asked) = await RunAsync(
            new RetrySpec { Max = 3, Relief = [MemoryRelief.BiggerWorker, MemoryRelief.SmallerPasses] },
            fits: shape => shape.Passes >= 2,
            biggerWorkers: 1);

        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Completed, trial.State));
        var keys = store.Load("wine")!.Attempts
            .Where(attempt => attempt is { Trial: 0, State: AttemptState.OutOfMemory })
            .Select(attempt => attempt.TaskKey).ToList();
        Assert.Equal([keys[0], keys[0]], keys); // once where it was, once where there is more; then in two passes
        Assert.Equal(keys[0], asked[0]);
    }

    [Fact]
    public async Task Without_a_policy_a_shortage_fails_the_trial_with_its_own_state()
    {
        var (result, store, _) = await RunAsync(new RetrySpec(), fits: _ => false);
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Failed, trial.State));
        Assert.All(
            store.Load("wine")!.Attempts.Where(attempt => attempt.Trial is not null),
            attempt => Assert.Equal(
                (AttemptState.OutOfMemory, "out of memory: no room"), (attempt.State, attempt.Reason)));
    }

    [Fact]
    public void What_was_decided_is_found_again_in_the_attempts()
    {
        var spec = Spec(new RetrySpec { Max = 9, Relief = [MemoryRelief.BiggerWorker, MemoryRelief.SmallerPasses] });
        StoredAttempt Attempt(string key, int number, AttemptState state) =>
            new(key, number, 0, "w", 1, state, null, default, default);
        var shapes = new TrialShapes(spec, _ => false);
        shapes.GoOn(new StoredStudy
        {
            Definition = SweepDefinition.Of(spec),
            State = StudyState.Running,
            CreatedAt = default,
            ChangedAt = default,
            Log = [],
            Tasks = [],
            Checkpoints = [],
            Attempts =
            [
                Attempt("train-a-0-5", 1, AttemptState.OutOfMemory),  // then a bigger worker
                Attempt("train-a-0-5", 2, AttemptState.Succeeded),
                Attempt("train-b-5-9", 1, AttemptState.OutOfMemory),  // then smaller passes
                Attempt("train-c-5-9", 1, AttemptState.Lost),
            ],
        });
        Assert.Equal((1, 2, 2), (shapes.Of(0, 0).Passes, shapes.Of(0, 5).Passes, shapes.Of(0, 9).Passes));
        Assert.Equal(1, shapes.Of(1, 5).Passes);
    }

    [Fact]
    public void A_sweep_file_says_it()
    {
        using var folder = new TemporaryFolder();
        var path = Cli.WineSweepFile.Write(
            folder["wine.yaml"], extra: "retry: {max: 2, on: [outOfMemory], relief: [biggerWorker, smallerPasses]}");
        Assert.Equal(
            [MemoryRelief.BiggerWorker, MemoryRelief.SmallerPasses], SweepFile.Load(path).Retry.Relief.AsEnumerable());
    }

    private static SweepSpec Spec(RetrySpec retry)
    {
        using var folder = new TemporaryFolder();
        var path = Hosts.FleetSweep.Write(folder["wine.yaml"], trials: 2, epochs: 3);
        return SweepFile.Load(path) with { OutputFolder = null, Retry = retry };
    }

    private static Task<SweepResult> LocalAsync() => new SweepRunner(Spec(new RetrySpec())).RunAsync();

    private static async Task<(SweepResult Result, MemoryStudyStore Store, List<string> Asked)> RunAsync(
        RetrySpec retry, Func<SegmentShape, bool> fits, int biggerWorkers = 0)
    {
        var spec = Spec(retry);
        var (store, asked) = (new MemoryStudyStore(), new List<string>());
        using var folder = new TemporaryFolder();
        var options = new SweepRunOptions { Store = store };
        var site = new SweepSite(
            new CheckpointFolder(folder["checkpoints"]),
            (threads, post) => new ScarceDispatcher(
                new LocalDispatcher(threads, 1, 1, options, post), threads, fits, biggerWorkers, asked, post),
            Began: _ => { },
            Kept: _ => { });
        var result = await new SweepRunner(spec, options with { Site = site }).RunAsync();
        return (result, store, asked);
    }

    /// <summary>This process, with less memory than it says: segments of a shape that does not fit run out of it.
    /// </summary>
    private sealed class ScarceDispatcher(
        LocalDispatcher inner,
        TaskThreads threads,
        Func<SegmentShape, bool> fits,
        int biggerWorkers,
        List<string> asked,
        Action<RunnerMessage> post) : TaskDispatcher(threads)
    {
        private int _bigger = biggerWorkers;

        public override int Parallel => 1;

        public override IReadOnlyList<Instruction> Submit(PlannedTask task) => inner.Submit(task);

        public override IReadOnlyList<Instruction> Apply(GraphEvent @event) => inner.Apply(@event);

        public override string WorkerOf(StartTask start) => inner.WorkerOf(start);

        public override bool GiveMoreMemory(string segment)
        {
            asked.Add(segment);
            return _bigger-- > 0;
        }

        public override void Start(StartTask start, SweepTask task, StoredCheckpoint? checkpoint)
        {
            if (task is TrainSegment segment && !fits(segment.Shape))
                post(new TaskEnded(
                    start.Key, start.Attempt, TaskThrew.Of(new InsufficientMemoryException("no room"))));
            else
                inner.Start(start, task, checkpoint);
        }

        public override void Dispose()
        {
            base.Dispose();
            inner.Dispose();
        }
    }
}
