using System.Globalization;
using System.Text;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>What became of a run.</summary>
/// <param name="Faults">What was done to it, each kind with how often.</param>
/// <param name="Broken">What should hold and does not; empty for a good run.</param>
/// <param name="RedoneSteps">Steps that were told once more than needed.</param>
/// <param name="Said">The last lines that the processes wrote.</param>
internal sealed record ChaosOutcome(
    IReadOnlyDictionary<string, int> Faults, IReadOnlyList<string> Broken, int RedoneSteps, string Said);

/// <summary>
/// One sweep on a scheduler, four workers and a database, to which things are done that a seed decides: processes are
/// killed and stopped, links are cut, the database crashes. Whatever it was, in the end all trials are there, once, and
/// with the bits of a run that was left alone.
/// </summary>
internal sealed class ChaosRun(
    int seed, int trials, int faults, Func<string, string> programs, string data, OwnPostgres? postgres)
{
    private const int Workers = 4;
    private const int Epochs = 60;
    private const string Name = "chaos";

    private readonly Random _chance = new(seed);
    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private readonly List<Task> _mending = [];

    // Every third run has gangs of two, which no worker has room for alone; every other one a sampler that learns.
    private int Ranks => seed % 3 == 0 ? 2 : 1;

    private bool Learns => seed % 2 == 0;

    private string? Database => postgres is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{postgres.Connection};Search Path=chaos_{seed}");

    public async Task<ChaosOutcome> RunAsync(CancellationToken cancellationToken)
    {
        using var cluster = new ChaosCluster(programs, Workers, Database);
        var sweep = cluster.PathOf("chaos.yaml");
        await File.WriteAllTextAsync(sweep, Sweep, Encoding.UTF8, cancellationToken);
        using var client = new SchedulerClient(cluster.Address);
        var broken = new List<string>();
        try
        {
            await WorkersAsync(client, cancellationToken);
            await EventuallyAsync(() => client.SubmitAsync(sweep, null, cancellationToken), cancellationToken);
            StudyView study;
            while ((study = await EventuallyAsync(() => client.StudyAsync(Name, cancellationToken), cancellationToken))
                .State is "starting" or "running")
            {
                await Task.Delay(_chance.Next(200, 900), cancellationToken);
                if (_faults.Values.Sum() < faults)
                    Harm(cluster, cancellationToken);
                else
                    Heal(cluster);
            }

            await Task.WhenAll(_mending);
            if (study.State != "finished")
                broken.Add($"the study is {study.State}: {study.Reason}");
            var actual = await EventuallyAsync(
                () => client.ExportAsync(Name, "csv", cancellationToken), cancellationToken);
            broken.AddRange(await FaultsInAsync(cluster, sweep, actual));
        }
        catch (OperationCanceledException)
        {
            broken.Add("it never ended");
        }

        var redone = cluster.StepsTold - (trials * Epochs);
        if (redone > _faults.Values.Sum() * Workers)
            broken.Add($"{redone} steps were told again, more than one for each worker and fault");
        return new ChaosOutcome(_faults, broken, redone, cluster.Said);
    }

    // A gang of two is refused while only one worker has come.
    private static async Task WorkersAsync(SchedulerClient client, CancellationToken cancellationToken)
    {
        while ((await EventuallyAsync(() => client.WorkersAsync(cancellationToken), cancellationToken))
            .Length < Workers)
            await Task.Delay(50, cancellationToken);
    }

    private async Task<List<string>> FaultsInAsync(ChaosCluster cluster, string sweep, string actual)
    {
        var broken = new List<string>();
        var spec = SweepFile.Load(sweep);
        var stored = Load(cluster);
        var study = Study.Restore(OptionsOf(spec), stored.Log.Select(item => item.Event));
        if (study.Trials.Count != trials)
            broken.Add($"{study.Trials.Count} trials instead of {trials}");
        broken.AddRange(study.Trials
            .Where(trial => trial.State != TrialState.Completed || trial.Steps != Epochs)
            .Select(trial => $"trial {trial.Number} is {trial.State} after {trial.Steps} steps: {trial.Reason}"));
        broken.AddRange(stored.Attempts
            .Where(attempt => attempt.State == AttemptState.Running)
            .Select(attempt => $"attempt {attempt.Number} at {attempt.TaskKey} runs for ever"));
        broken.AddRange(stored.Attempts
            .Where(attempt => attempt.State == AttemptState.Succeeded && attempt.Trial is not null)
            .GroupBy(attempt => attempt.TaskKey)
            .Where(twice => twice.Count() > 1)
            .Select(twice => $"{twice.Key} succeeded {twice.Count()} times"));
        if (!Repeats(stored, spec))
            broken.Add("a suggestion is not what its log leads to");
        if (Learns)
            return broken;
        var local = await new SweepRunner(spec with { OutputFolder = null }).RunAsync();
        if (actual != TrialsCsv.Write(local.Trials, ["val_loss"]))
            broken.Add("the trials have other bits than those of a run that was left alone");
        return broken;
    }

    private StoredStudy Load(ChaosCluster cluster)
    {
        using StudyStore store = Database is { } database
            ? PostgresStudyStore.Open(database)
            : SqliteStudyStore.OpenExisting(cluster.PathOf(Path.Combine("data", "studies", Name, "study.db")));
        return store.Load(Name)!;
    }

    // Each suggestion, asked once more of a study that knows just what was in the log before it.
    private static bool Repeats(StoredStudy stored, SweepSpec spec)
    {
        var events = stored.Log.Select(item => item.Event).ToList();
        return events.Index().All(item =>
            item.Item is not TrialAsked { Given: false } asked
            || Study.Restore(OptionsOf(spec), events.Take(item.Index)).Ask()!.Configuration
                .Equals(asked.Configuration));
    }

    private static StudyOptions OptionsOf(SweepSpec spec) => new()
    {
        Space = spec.Space,
        Directions = [spec.Objective.Direction],
        Sampler = spec.Sampler,
        Pruner = spec.Pruner,
        Seed = spec.Seed,
        Budget = new() { Trials = spec.Budget.Trials },
        MaxResource = Epochs,
    };

    private void Harm(ChaosCluster cluster, CancellationToken cancellationToken)
    {
        var worker = _chance.Next(Workers);
        var pause = TimeSpan.FromMilliseconds(_chance.Next(500, 4000));
        switch (_chance.Next(postgres is null ? 8 : 9))
        {
            case 0:
                Note("scheduler killed", cluster.KillScheduler);
                break;
            case 1:
                Note("scheduler stopped", () => cluster.SignalScheduler("STOP"));
                Later(pause / 2, () => cluster.SignalScheduler("CONT"), cancellationToken);
                break;
            case 2:
                Note("worker killed", () => cluster.KillWorker(worker));
                break;
            case 3:
                Note("worker stopped", () => cluster.SignalWorker(worker, "STOP"));
                break;
            case 4:
                Note("worker told to leave", () => cluster.SignalWorker(worker, "TERM"));
                break;
            case 5:
                Note("ranks killed", () => cluster.SignalRanks(worker, "KILL"));
                break;
            case 6:
                Note("ranks stopped", () => cluster.SignalRanks(worker, "STOP"));
                break;
            case 7:
                Note("link cut", cluster.Links[worker].Cut);
                Later(pause, cluster.Links[worker].Mend, cancellationToken);
                break;
            default:
                Note("database restarted", postgres!.Restart);
                break;
        }
    }

    // Whoever is stopped goes on, and finds that its attempts are another's; whoever has left comes back.
    private static void Heal(ChaosCluster cluster)
    {
        for (var worker = 0; worker < Workers; worker++)
            cluster.SignalWorker(worker, "CONT");
    }

    private void Note(string fault, Action act)
    {
        _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
        act();
    }

    private void Later(TimeSpan pause, Action act, CancellationToken cancellationToken) =>
        _mending.Add(Task.Delay(pause, cancellationToken).ContinueWith(_ => act(), TaskScheduler.Default));

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (SchedulerException e) when (e.Code is "unreachable" or "scheduler-ending" or "store-unavailable"
                or "study-not-found" or "scheduler-stands-by" or "study-held")
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private string Sweep =>
        $$$"""
        apiVersion: tunegraph/v1
        kind: Sweep
        name: {{{Name}}}
        seed: {{{seed}}}
        objective: {metric: val_loss, direction: minimize}
        data: {file: {{{data}}}, target: cultivar}
        model: {type: mlp, width: $width}
        space:
          width: {type: int, low: 4, high: 32, log: true}
          lr: {type: float, low: 0.001, high: 0.01, log: true}
        sampler: {type: {{{(Learns ? "tpe" : "random")}}}}
        training: {epochs: {{{Epochs}}}, batchSize: 8, optimizer: {type: adam, learningRate: $lr},
          parallel: {worldSize: {{{Ranks}}}}}
        budget: {trials: {{{trials}}}}
        """;
}
