namespace TuneGraph.Dashboard;

/// <summary>
/// What the machines of workers were doing in the last hour: as the scheduler tells it, or of this machine where the
/// page belongs to a run of its own process. Safe to use from several threads.
/// </summary>
internal sealed class MachineLoads : IDisposable
{
    // However many look, the scheduler is asked no more often.
    private static readonly TimeSpan _freshness = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly SchedulerClient? _client;
    private readonly SemaphoreSlim _asking = new(1);
    private readonly Lock _lock = new();
    private readonly LoadHistory _own = new();
    private readonly GpuLoad? _gpus;
    private readonly OwnLoad? _load;
    private readonly ITimer? _timer;
    private readonly long _began;
    private (IReadOnlyList<WorkerLoads> Loads, long At)? _last;

    public MachineLoads(Helm? helm, TimeProvider time)
    {
        (_time, _client, _began) = (time, (helm as FleetHelm)?.Client, time.GetTimestamp());
        if (helm is not RunHelm)
            return;
        _gpus = GpuLoad.Find(time);
        _load = new OwnLoad(time, _gpus);
        _timer = time.CreateTimer(_ => Sample(), null, TimeSpan.Zero, LoadHistory.Period);
    }

    /// <summary>A machine each; none where nobody tells.</summary>
    public async Task<IReadOnlyList<WorkerLoads>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_load is not null)
        {
            lock (_lock)
            {
                var name = $"{Environment.MachineName}:{Environment.ProcessId}";
                return [WorkerLoads.Of(name, Environment.ProcessorCount, _own.Read(_time.GetElapsedTime(_began)))];
            }
        }

        if (_client is null)
            return [];
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || _time.GetElapsedTime(last.At) > _freshness)
                _last = last = (await _client.LoadsAsync(cancellationToken), _time.GetTimestamp());
            return last.Loads;
        }
        catch (SchedulerException)
        {
            return []; // the head of the page tells that it is away
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _gpus?.Dispose();
        _asking.Dispose();
    }

    private void Sample()
    {
        lock (_lock)
        {
            if (_load!.Read() is { } load)
                _own.Add(load, _time.GetElapsedTime(_began));
        }
    }
}
