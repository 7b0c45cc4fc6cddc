using Microsoft.Extensions.Time.Testing;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>In a large study importance may leave out the newest thousandth of the trials, for a second.</summary>
public sealed class AskedImportanceTests : IAsyncDisposable
{
    private const int Many = 10_000;
    private const string Definition = """
        {"space": {"x": {"type": "float", "low": 0, "high": 1}, "y": {"type": "float", "low": 0, "high": 1}},
         "sampler": "random", "seed": 3}
        """;

    private readonly FakeTimeProvider _time = new();
    private readonly SweepSpec _spec = AskedFile.Parse("large", Definition);
    private readonly List<Evaluation> _told = [];
    private readonly AskedStudy _study;

    public AskedImportanceTests()
    {
        var store = new MemoryStudyStore();
        store.Create(SweepDefinition.Of(_spec));
        _study = new AskedStudy(
            () => new AskedLedger(_spec, store, tenure: null, folderLock: null, _time), _time, TimeSpan.FromSeconds(1));
    }

    public ValueTask DisposeAsync() => _study.DisposeAsync();

    [Fact]
    public async Task Importance_of_many_trials_is_a_second_behind_by_a_thousandth_at_most()
    {
        await RunAsync(Many, (x, _) => x);
        var first = await ImportanceAsync();
        Assert.Equal(Whole(), first);

        await RunAsync(Many / 1000, (_, y) => -y);
        Assert.NotEqual(Whole(), first);
        Assert.Equal(first, await ImportanceAsync());

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Whole(), await ImportanceAsync());
    }

    [Fact]
    public async Task Importance_knows_of_more_than_a_thousandth_at_once()
    {
        await RunAsync(Many, (x, _) => x);
        var first = await ImportanceAsync();

        await RunAsync((Many / 1000) + 1, (_, y) => -y);

        Assert.NotEqual(first, await ImportanceAsync());
        Assert.Equal(Whole(), await ImportanceAsync());
    }

    [Fact]
    public async Task Importance_of_few_trials_knows_of_each_at_once()
    {
        await RunAsync(50, (x, _) => x);
        await ImportanceAsync();

        await RunAsync(1, (_, y) => -y);

        Assert.Equal(Whole(), await ImportanceAsync());
    }

    private async Task RunAsync(int count, Func<double, double, double> value)
    {
        for (var left = count; left > 0; left -= 1000)
        {
            _told.AddRange(await _study.DoAsync(ledger =>
                ledger.Ask(Math.Min(left, 1000), key: null).Trials.Select(trial => Tell(ledger, trial, value))
                    .ToList()));
        }
    }

    private static Evaluation Tell(AskedLedger ledger, AskedTrial trial, Func<double, double, double> value)
    {
        var configuration = ParameterJson.Read(trial.Parameters);
        var found = value(configuration["x"].AsFloat(), configuration["y"].AsFloat());
        ledger.Tell(trial.Trial, new TellRequest(Value: found));
        return new Evaluation(trial.Trial, configuration, found);
    }

    private async Task<ImportanceView[]> ImportanceAsync() =>
        [.. await _study.DoAsync(ledger => ledger.Importance())];

    // Of all trials, as if they were looked at for the first time.
    private ImportanceView[] Whole() => [.. ImportanceView.Of(_spec.Space!, _spec.Objective.Direction, _told)];
}
