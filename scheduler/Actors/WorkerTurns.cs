namespace TuneGraph.Scheduler;

/// <summary>A worker's lease in this process, as the fleet keeps it.</summary>
/// <param name="name">The worker.</param>
/// <param name="fleet">The fleet.</param>
internal sealed class WorkerTurns(string name, FleetHost fleet) : IWorkerActor
{
    /// <inheritdoc/>
    public Task<WorkerView?> LookAsync() =>
        Task.FromResult(fleet.Ask(f => Find(f) is { } member ? WorkerView.Of(member) : null));

    /// <inheritdoc/>
    public Task<double> RenewAsync(string token) =>
        Task.FromResult(fleet.Change((f, now) =>
        {
            if (Find(f) is not { } member || member.Token != token)
                throw new FleetException(
                    FleetCode.LeaseEnded, $"The lease of the worker '{name}' has ended, or the token is another's.");
            _ = f.Renew(token, [.. member.Parts.Select(part => part.Token)], now);
            return (member.LeaseEnds - now).TotalSeconds;
        }));

    /// <inheritdoc/>
    public Task<bool> ExpireAsync() => Task.FromResult(fleet.Change((f, now) =>
    {
        f.Tick(now);
        return Find(f) is not null;
    }));

    private FleetMember? Find(Fleet fleet) => fleet.Members.FirstOrDefault(member => member.Offer.Name == name);
}
