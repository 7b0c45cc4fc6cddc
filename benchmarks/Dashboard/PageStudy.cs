using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>A study of many trials in a file, which goes on step by step.</summary>
internal sealed class PageStudy : IDisposable
{
    public const int Parameters = 8;
    public const int Steps = 50;
    private const string Name = "page";
    private const int BatchSize = 20_000;
    private const int Running = 8;

    private readonly SqliteStudyStore _store;
    private readonly Parameter[] _space =
        [.. Enumerable.Range(0, Parameters).Select(i => new Parameter($"p{i}", new FloatDistribution(0, 1)))];
    private readonly Random _chance = new(1);
    private readonly int _trials;
    private int _step;
    private int _asked;

    public PageStudy(string folder, int trials)
    {
        _trials = _asked = trials;
        Path = StudyFolder.StorePath(folder);
        _store = SqliteStudyStore.Open(Path);
        _store.Create(new StudyDefinition(
            Name, "loss", Direction.Minimize, "random", "none", 1, 2 * trials, "", false, "page")
        {
            Parameters = [.. _space],
        });
        var changes = new List<StoreChange>();
        for (var number = 0; number < trials; number++)
        {
            changes.Add(Asked(number));
            if (number < trials - Running)
                AddCurve(changes, number);
            if (changes.Count >= BatchSize || number == trials - 1)
            {
                _store.Commit(Name, changes);
                changes.Clear();
            }
        }
    }

    public string Path { get; }

    /// <summary>The running trials report, one after another.</summary>
    public void Step(int reports)
    {
        var changes = new List<StoreChange>();
        for (var i = 0; i < reports; i++, _step++)
        {
            changes.Add(new EventLogged(new StepReported(
                _trials - Running + (_step % Running), 1 + (_step / Running), _chance.NextDouble())));
        }

        _store.Commit(Name, changes);
    }

    /// <summary>A trial reports, ends after its last step, and another one takes its place.</summary>
    public void GoOn()
    {
        var (turn, slot) = Math.DivRem(_step++, Running);
        var (round, step) = Math.DivRem(turn, Steps);
        var number = _trials - Running + (round * Running) + slot;
        if (number >= _asked)
            _store.Commit(Name, [Asked(_asked++)]);
        var value = _chance.NextDouble() + (5.0 / (step + 1));
        _store.Commit(Name, [new EventLogged(new StepReported(number, step + 1, value))]);
        if (step == Steps - 1)
            _store.Commit(Name, [new EventLogged(new TrialTold(number, TrialState.Completed, value, null))]);
    }

    public void AddTasks(int count) =>
        _store.Commit(
            Name,
            [
                .. Enumerable.Range(0, count).Select(i =>
                    new TaskChanged(new StoredTask($"train-{i:D6}", "train", i % _trials, "Succeeded"))),
            ]);

    public void Dispose() => _store.Dispose();

    private EventLogged Asked(int number) =>
        new(new TrialAsked(number, new Configuration(
            _space.Select(p => KeyValuePair.Create(p.Name, p.Distribution.Decode(_chance.NextDouble()))))));

    private void AddCurve(List<StoreChange> changes, int number)
    {
        var value = 0.0;
        for (var step = 1; step <= Steps; step++)
        {
            value = _chance.NextDouble() + (5.0 / step);
            changes.Add(new EventLogged(new StepReported(number, step, value)));
        }

        changes.Add(new EventLogged(new TrialTold(
            number, number % 3 == 0 ? TrialState.Pruned : TrialState.Completed, value, null)));
    }
}
