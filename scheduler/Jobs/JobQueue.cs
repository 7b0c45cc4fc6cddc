using System.Data.Common;
using System.Globalization;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;

namespace TuneGraph.Scheduler;

/// <summary>
/// The durable jobs of a scheduler: in PostgreSQL, in a schema of their own, or in memory, where the studies in files
/// are what they are made anew from at start. A job says what to look at; the store says what to do.
/// </summary>
internal sealed class JobQueue : IDisposable
{
    private const string Studies = "studies-";
    private const string Upkeep = "upkeep";

    private readonly string _queue;
    private readonly int _turns;
    private readonly ScopelessActivator _activator;
    private readonly BackgroundJobClient _client;
    private readonly List<BackgroundJobServer> _servers = [];

    /// <param name="postgres">Connection string of the database; null for memory.</param>
    /// <param name="life">
    /// Number of this scheduler's life: turns that an earlier one had to give are given anew, from the store.
    /// </param>
    /// <param name="turns">How many studies may run at once.</param>
    /// <param name="services">Where the jobs' classes come from.</param>
    public JobQueue(string? postgres, long life, int turns, IServiceProvider services)
    {
        _turns = turns;
        _queue = Studies + life.ToString(CultureInfo.InvariantCulture);
        _activator = new ScopelessActivator(services);
        Storage = postgres is null ? new InMemoryStorage() : Open(postgres, turns);
        _client = new BackgroundJobClient(Storage);
    }

    public JobStorage Storage { get; }

    /// <summary>Starts to do jobs: a server for each queue, so that none waits for the other.</summary>
    public void Start()
    {
        ForgetEarlierLives();
        _servers.Add(Serve(_queue, _turns));
        _servers.Add(Serve(Upkeep, 1));
        var recurring = new RecurringJobManager(Storage);
        recurring.AddOrUpdate<UpkeepJobs>("artifacts", Upkeep, jobs => jobs.SweepArtifacts(), Cron.Hourly(7));
        recurring.AddOrUpdate<UpkeepJobs>("answers", Upkeep, jobs => jobs.ForgetAnswersAsync(), Cron.Hourly(37));
    }

    /// <summary>Gives a study its turn, as soon as one is free.</summary>
    /// <exception cref="StoreException">The database is away.</exception>
    public void Turn(string study)
    {
        try
        {
            _client.Enqueue<StudyJobs>(_queue, jobs => jobs.TurnAsync(study, null!));
        }
        catch (Exception e) when (e is BackgroundJobClientException or DbException)
        {
            throw new StoreException(
                $"The turn of the study '{study}' could not be kept: {e.GetBaseException().Message} Nothing was "
                    + "changed; ask again when the database is back.",
                e);
        }
    }

    /// <summary>Begins nothing new.</summary>
    public void Retire() => _servers.ForEach(server => server.SendStop());

    public void Dispose() => _servers.ForEach(server => server.Dispose());

    // A job of hours lives by renewing its invisibility; without that it would be taken for lost, over and over.
    private static PostgreSqlStorageOptions Settings(string? schema) => new()
    {
        SchemaName = schema is null ? "hangfire" : schema + "_hangfire",
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(5),
        QueuePollInterval = TimeSpan.FromSeconds(2),
    };

    private static PostgreSqlStorage Open(string postgres, int turns)
    {
        var given = new NpgsqlConnectionStringBuilder(postgres);
        var settings = Settings(given.SearchPath);
        var connection = new NpgsqlConnectionStringBuilder(postgres)
        {
            SearchPath = null,
            ApplicationName = "tunegraph-jobs",
            MaxPoolSize = (2 * turns) + 10,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connection.ToString(), settings), settings);
    }

    private void ForgetEarlierLives()
    {
        const int Most = 1000;
        var known = Storage.GetMonitoringApi();
        var earlier = known.Queues().Where(queue =>
            queue.Name.StartsWith(Studies, StringComparison.Ordinal) && queue.Name != _queue);
        foreach (var queue in earlier.ToList())
        {
            foreach (var (job, _) in known.EnqueuedJobs(queue.Name, 0, Most))
                _client.Delete(job);
        }
    }

    private BackgroundJobServer Serve(string queue, int workers) =>
        new(
            new BackgroundJobServerOptions
            {
                ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{queue}",
                Queues = [queue],
                WorkerCount = workers,
                Activator = _activator,
                SchedulePollingInterval = TimeSpan.FromSeconds(2),
                CancellationCheckInterval = TimeSpan.FromSeconds(2),
                HeartbeatInterval = TimeSpan.FromSeconds(15),
                ServerTimeout = TimeSpan.FromMinutes(5),
                ShutdownTimeout = TimeSpan.FromSeconds(15),
            },
            Storage);

    private sealed class ScopelessActivator(IServiceProvider services) : JobActivator
    {
        public override object ActivateJob(Type jobType) => services.GetRequiredService(jobType);
    }
}
