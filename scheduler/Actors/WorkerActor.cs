using Dapr.Actors.Runtime;

namespace TuneGraph.Scheduler;

/// <summary>
/// A worker's lease behind a sidecar. A reminder looks at it once a lease, whether or not anybody else does, until the
/// worker is gone.
/// </summary>
/// <param name="host">The actor's place.</param>
/// <param name="fleet">The fleet.</param>
internal sealed class WorkerActor(ActorHost host, FleetHost fleet) : Actor(host), IWorkerActor, IRemindable
{
    private const string Lease = "lease";

    private readonly WorkerTurns _turns = new(host.Id.GetId(), fleet);
    private bool _isReminded;

    /// <inheritdoc/>
    public Task<WorkerView?> LookAsync() => _turns.LookAsync();

    /// <inheritdoc/>
    public async Task<double> RenewAsync(string token)
    {
        var seconds = await _turns.RenewAsync(token);
        if (!_isReminded)
        {
            var period = TimeSpan.FromSeconds(seconds);
            await RegisterReminderAsync(Lease, null, period, period);
            _isReminded = true;
        }

        return seconds;
    }

    /// <inheritdoc/>
    public Task<bool> ExpireAsync() => _turns.ExpireAsync();

    /// <inheritdoc/>
    public async Task ReceiveReminderAsync(
        string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        if (await ExpireAsync())
            return;
        await UnregisterReminderAsync(Lease);
        _isReminded = false;
    }
}
