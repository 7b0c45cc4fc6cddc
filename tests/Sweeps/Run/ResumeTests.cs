using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>Whatever ends a sweep, the same sweep with resume goes on, and ends as if nothing had happened.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task A_stopped_sweep_goes_on_to_the_same_bits(int afterTrials)
    {
        var whole = await Wine.Sweep().RunAsync();
        using var stop = new CancellationTokenSource();
        var first = await Wine.Sweep(_folder.Path)
            .RunAsync(new StopAfter(afterTrials, stop), cancellationToken: stop.Token);

        var second = await Wine.Sweep(_folder.Path).RunAsync(resume: true);

        Assert.Equal(SweepOutcome.Interrupted, first.Outcome);
        Assert.Equal(SweepOutcome.Finished, second.Outcome);
        Assert.Equal(Wine.Essence(whole), Wine.Essence(second));
        Assert.Equal(whole.Test, second.Test);
    }

    [Fact]
    public async Task A_crash_at_any_commit_loses_nothing_and_changes_nothing()
    {
        var counting = new CrashingStore(new MemoryStudyStore(), int.MaxValue);
        var whole = await RunAsync(counting, resume: false);
        var expected = Wine.Essence(whole).ToList();
        Assert.True(counting.Commits > 40, $"The sweep made only {counting.Commits} commits.");

        // Every seventh commit, and the first and the last, so that all kinds are hit and the test stays quick.
        foreach (var crash in Enumerable.Range(1, counting.Commits).Where(n => n % 7 == 1 || n == counting.Commits))
        {
            using var store = new CrashingStore(new MemoryStudyStore(), crash);
            await Assert.ThrowsAsync<StoreException>(() => RunAsync(store, resume: false));
            var before = store.Load("wine");
            store.Heal();

            var result = await RunAsync(store, resume: true);

            Assert.Equal(expected, Wine.Essence(result));
            Assert.Equal(
                before?.Log.Select(item => item.Event) ?? [],
                store.Load("wine")!.Log.Take(before?.Log.Length ?? 0).Select(item => item.Event)
            );
            Assert.DoesNotContain(store.Load("wine")!.Attempts, attempt => attempt.State == AttemptState.Running);
            Assert.Equal(StudyState.Finished, store.Load("wine")!.State);
        }
    }

    [Fact]
    public async Task A_define_by_run_study_goes_on_with_the_values_its_trials_had()
    {
        using var store = new CrashingStore(new MemoryStudyStore(), 20);
        var spec = Sweep
            .Named("f")
            .Minimize("v")
            .Parallel(1)
            .Trials(12)
            .Build((trial, _) => ValueTask.FromResult(trial.Float("x", 0, 1) + trial.Float("y", 0, 1)));
        var whole = await new SweepRunner(spec).RunAsync();
        await Assert.ThrowsAsync<StoreException>(() =>
            new SweepRunner(spec, new SweepRunOptions { Store = store }).RunAsync()
        );
        store.Heal();

        var result = await new SweepRunner(spec, new SweepRunOptions { Store = store, Resume = true }).RunAsync();

        Assert.Equal(Wine.Essence(whole), Wine.Essence(result));
    }

    [Fact]
    public async Task A_define_by_run_study_on_disk_goes_on_too()
    {
        static double Objective(TrialContext trial) => trial.Float("x", 0, 1) + trial.Float("y", 0, 1);
        var sweep = Sweep.Named("f").Minimize("v").Parallel(1).Trials(40);
        var whole = await sweep.RunAsync(Objective);
        await sweep.Output(_folder.Path).Trials(25).RunAsync(Objective);

        var result = await sweep.Output(_folder.Path).RunAsync(Objective, resume: true);

        Assert.Equal(Wine.Essence(whole), Wine.Essence(result));
    }

    [Fact]
    public async Task An_existing_study_is_not_touched_without_resume()
    {
        await Wine.Sweep(_folder.Path).Trials(3).RunAsync();
        var before = File.ReadAllBytes(_folder["trials.csv"]);

        var error = await Assert.ThrowsAsync<StudyConflictException>(() => Wine.Sweep(_folder.Path).RunAsync());

        Assert.Contains("finished, 3 trials", error.Message, StringComparison.Ordinal);
        Assert.Contains("--resume", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder["trials.csv"]));
    }

    [Fact]
    public async Task A_study_does_not_go_on_with_another_sweep()
    {
        await Wine.Sweep(_folder.Path).Trials(3).RunAsync();

        var error = await Assert.ThrowsAsync<StudyConflictException>(() =>
            Wine.Sweep(_folder.Path).Seed(99).RunAsync(resume: true)
        );

        Assert.Contains("made from another sweep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_does_not_go_on_with_other_data()
    {
        var rows = Enumerable.Range(0, 60).Select(i => $"{i},{i % 7},{(i % 3 == 0 ? "a" : "b")}").ToList();
        SweepBuilder Sweep()
        {
            File.WriteAllLines(_folder["rows.csv"], rows.Prepend("x,y,kind"));
            var data = new DataSpec { Path = _folder["rows.csv"], Target = "kind" };
            return Wine.Sweep(_folder["out"]).Data(data).Trials(2);
        }

        await Sweep().RunAsync();
        rows[5] = "5,99,b";

        var error = await Assert.ThrowsAsync<StudyConflictException>(() => Sweep().RunAsync(resume: true));

        Assert.Contains("has changed since its first trial", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_study_goes_on_with_a_larger_budget()
    {
        var small = await Wine.Sweep(_folder.Path).Pruner(new NoPruner()).Trials(4).RunAsync();
        var large = await Wine.Sweep(_folder.Path).Pruner(new NoPruner()).Trials(7).RunAsync(resume: true);
        var atOnce = await Wine.Sweep().Pruner(new NoPruner()).Trials(7).RunAsync();

        Assert.Equal(4, small.Trials.Length);
        Assert.Equal(Wine.Essence(atOnce), Wine.Essence(large));
    }

    [Fact]
    public async Task Two_processes_do_not_run_the_same_study()
    {
        using var held = StudyFolder.Lock(_folder.Path);

        var error = await Assert.ThrowsAsync<StoreException>(() => Wine.Sweep(_folder.Path).RunAsync());

        Assert.Contains("Another process is running the study", error.Message, StringComparison.Ordinal);
    }

    private static Task<SweepResult> RunAsync(StudyStore store, bool resume) =>
        new SweepRunner(Wine.Sweep().Build(), new SweepRunOptions { Store = store, Resume = resume }).RunAsync();

    private sealed class StopAfter(int trials, CancellationTokenSource stop) : IProgress<SweepEvent>
    {
        private int _left = trials;

        public void Report(SweepEvent value)
        {
            if (value is TrialEnded && --_left == 0)
                stop.Cancel();
        }
    }

    /// <summary>
    /// A store whose process dies at a chosen commit: that commit and all later ones fail, until it is healed.
    /// </summary>
    private sealed class CrashingStore(StudyStore inner, int crashAt) : StudyStore
    {
        private int _crashAt = crashAt;

        public int Commits { get; private set; }

        public void Heal() => _crashAt = int.MaxValue;

        public override IReadOnlyList<string> List() => inner.List();

        public override StoredStudy? Load(string name, int skip = 0) => inner.Load(name, skip);

        public override void Create(StudyDefinition definition) => inner.Create(definition);

        public override StudyClaim? Claim(string study, string owner, TimeSpan term) =>
            inner.Claim(study, owner, term);

        public override bool Renew(StudyClaim claim, TimeSpan term) => inner.Renew(claim, term);

        public override void Annotate(string study, Remark remark) => inner.Annotate(study, remark);

        public override IReadOnlyDictionary<string, string> Answers(string study) => inner.Answers(study);

        public override void Commit(string study, IReadOnlyList<StoreChange> changes)
        {
            if (++Commits >= _crashAt)
                throw new StoreException("the process died");
            inner.Commit(study, changes);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            inner.Dispose();
        }
    }
}
