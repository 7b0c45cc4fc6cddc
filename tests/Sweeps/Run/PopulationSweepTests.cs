using TuneGraph.Collectives;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>Population-based training with the built-in model on the digits.</summary>
public sealed class PopulationSweepTests : IDisposable
{
    private const int Epochs = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_fork_goes_on_from_its_donors_checkpoint_bit_for_bit()
    {
        var spec = Sweep().Build();
        using var store = new MemoryStudyStore();
        var result = await new SweepRunner(spec, new SweepRunOptions { Store = store }).RunAsync();
        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        var asked = store.Load("digits")!.Log.Select(item => item.Event).OfType<TrialAsked>().ToList();
        var forks = asked.Where(e => e.Origin is not null).ToList();
        Assert.Equal([2, 4], forks.Select(e => e.Origin!.Value.Step).Distinct().Order());

        // The donor's chain by hand: its own configuration up to the fork, the fork's from there on.
        var fork = forks.First(e => asked[e.Origin!.Value.Trial].Origin is null);
        var model = (ModelProgram)spec.Program;
        var data = TabularData.Load(model.Data, TestContext.Current.CancellationToken);
        var losses = new List<double>();
        Checkpoint? state = null;
        foreach (var (configuration, until) in new[]
                 {
                     (asked[fork.Origin!.Value.Trial].Configuration, fork.Origin.Value.Step),
                     (fork.Configuration, fork.Origin.Value.Step + 2),
                 })
        {
            Trainer.Train(
                model.Training.In(model.Model, configuration, spec.Seed), data, Alone(), state, until,
                report =>
                {
                    losses.Add(report.ValidationLoss);
                    state = report.Epoch == until ? report.CaptureCheckpoint() : state;
                    return EpochVerdict.Continue;
                },
                TestContext.Current.CancellationToken);
        }

        var reported = store.Load("digits")!.Log.Select(item => item.Event).OfType<StepReported>()
            .Where(e => e.Number == fork.Number).OrderBy(e => e.Step).Take(2).ToList();
        Assert.Equal([fork.Origin.Value.Step + 1, fork.Origin.Value.Step + 2], reported.Select(e => e.Step));
        Assert.Equal(losses.TakeLast(2), reported.Select(e => e.Value));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(44)]
    public async Task A_crash_changes_nothing(int commit)
    {
        var whole = await Sweep().RunAsync();
        var spec = Sweep().Output(_folder.Path).Build();
        using (var store = SqliteStudyStore.Open(StudyFolder.StorePath(_folder.Path), TimeProvider.System))
        {
            using var dying = new DyingStore(store, commit);
            await Assert.ThrowsAsync<StoreException>(
                () => new SweepRunner(spec, new SweepRunOptions { Store = dying }).RunAsync());
        }

        var result = await new SweepRunner(spec, new SweepRunOptions { Resume = true }).RunAsync();

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.Equal(Wine.Essence(whole), Wine.Essence(result));
        Assert.Empty(Directory.GetDirectories(_folder.Path)); // the checkpoints are cleared away at the end
    }

    [Fact]
    public void A_function_cannot_be_forked()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => global::TuneGraph.Sweep.Named("f").Minimize("v").Space(s => s.Float("x", 0, 1))
                .Population(new PopulationOptions()).Build((_, _) => ValueTask.FromResult(0.0)));
        Assert.Contains("checkpoint", error.Message, StringComparison.Ordinal);
    }

    private static ProcessGroup Alone() => InProcessGroup.Create(1)[0];

    private static SweepBuilder Sweep() =>
        global::TuneGraph.Sweep.Named("digits")
            .Minimize("val_loss")
            .Data(new DataSpec { Path = RepositoryRoot.Of("examples", "data", "digits.csv.gz"), Target = "digit" })
            .Space(space => space.Float("lr", 1e-4, 1e-1, log: true).Float("dropout", 0, 0.5))
            .Model(new MlpTemplate { Width = 16, Dropout = "$dropout" })
            .Training(new TrainingTemplate
            {
                Epochs = Epochs,
                BatchSize = 64,
                Optimizer = new OptimizerTemplate { LearningRate = "$lr" },
            })
            .Population(new PopulationOptions { Size = 6, Interval = 2 })
            .Parallel(1)
            .Seed(5);

    private sealed class DyingStore(StudyStore inner, int at) : StudyStore
    {
        private int _commits;

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
            if (++_commits >= at)
                throw new StoreException("the process died");
            inner.Commit(study, changes);
        }
    }
}
