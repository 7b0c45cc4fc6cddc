using TuneGraph.Search;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dashboard;

/// <summary>Studies made from a seed, in a folder of their own.</summary>
internal sealed class SampleStudy : IDisposable
{
    private const int BatchSize = 500;

    private readonly TemporaryFolder _folder = new();

    public SampleStudy(int trials, int steps = 3)
    {
        Store = SqliteStudyStore.Open(StudyFolder.StorePath(Folder));
        Store.Create(new StudyDefinition(
            "sample", "val_loss", Direction.Minimize, "random", "none", 1, trials, "kind: Sweep\n", false, "print")
        {
            Parameters = [.. Space],
        });
        var chance = new Random(1);
        var changes = new List<StoreChange>();
        for (var number = 0; number < trials; number++)
        {
            changes.AddRange(Trial(number, steps, chance));
            if (changes.Count < BatchSize && number + 1 < trials)
                continue;
            Store.Commit("sample", changes);
            changes.Clear();
        }
    }

    public static IReadOnlyList<Parameter> Space { get; } =
    [
        new("lr", new FloatDistribution(1e-5, 1e-1, Log: true)),
        new("width", new IntDistribution(16, 512)),
        new("optimizer", new CategoricalDistribution(["sgd", "adam", "<b>lion</b>"])),
        .. Enumerable.Range(0, 5).Select(i => new Parameter($"p{i}", new FloatDistribution(0, 1))),
    ];

    public StudyStore Store { get; }

    public string Folder => _folder["sample"];

    public string Runs => _folder.Path;

    public void Finish() => Store.Commit("sample", [new StudyStateChanged(StudyState.Finished)]);

    public void Add(params StudyEvent[] events) =>
        Store.Commit("sample", [.. events.Select(item => new EventLogged(item))]);

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<StoreChange> Trial(int number, int steps, Random chance)
    {
        var configuration = new Configuration(
            Space.Select(p => KeyValuePair.Create(p.Name, p.Distribution.Decode(chance.NextDouble()))));
        yield return new EventLogged(new TrialAsked(number, configuration));
        var value = 0.0;
        for (var step = 1; step <= steps; step++)
        {
            value = Math.Abs(Math.Log10(configuration["lr"].AsFloat()) + 3) + chance.NextDouble() / step;
            yield return new EventLogged(new StepReported(number, step, value));
        }

        yield return new EventLogged((number % 10) switch
        {
            3 => new TrialTold(number, TrialState.Failed, null, $"out of memory at {number} bytes"),
            7 => new TrialTold(number, TrialState.Pruned, value, "rung 3: not among the best"),
            _ => new TrialTold(number, TrialState.Completed, value, null),
        });
    }
}
