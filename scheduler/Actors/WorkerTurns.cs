namespace TuneGraph.Scheduler;

/// <summary>A worker's lease in this process, as the fleet keeps it.</summary>
/// <param name="name">The worker.</param>
/// <param name="fleet">The fleet.</param>
internal sealed class WorkerTurns(string name, FleetHost fleet) : IWorkerActor
{
    /// <summary>The turns of the worker that has a token.</summary>
    /// <exception cref="FleetException">Its lease has ended.</exception>
    public static WorkerTurns Of(string token, FleetHost fleet) =>
        new(fleet.Ask(f => f.MemberOf(token).Offer.Name), fleet);

    /// <inheritdoc/>
    public Task<WorkerView?> LookAsync() =>
        Task.FromResult(fleet.Ask(f => Find(f) is { } member ? WorkerView.Of(member) : null));

    /// <summary>The worker lives, and hears what there is for it: at once, or when there is something new.</summary>
    /// <exception cref="FleetException">Its lease has ended, or the token is another's.</exception>
    public Task<WorkerNews> HearAsync(string token, WorkerWord word, CancellationToken cancellationToken)
    {
        if (fleet.Ask(f => Find(f)?.Token) != token)
            throw new FleetException(
                FleetCode.LeaseEnded, $"The lease of the worker '{name}' has ended, or the token is another's.");
        return fleet.RenewAsync(token, word, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<double> RenewAsync(string token)
    {
        var word = new WorkerWord([.. fleet.Ask(f => Find(f)?.Parts.Select(part => part.Token) ?? [])], [], [], 0);
        _ = await HearAsync(token, word, CancellationToken.None);
        return fleet.Ask(f => f.Lease.TotalSeconds);
    }

    /// <inheritdoc/>
    public Task<bool> ExpireAsync() => Task.FromResult(fleet.Change((f, now) =>
    {
        f.Tick(now);
        return Find(f) is not null;
    }));

    private FleetMember? Find(Fleet fleet) => fleet.Members.FirstOrDefault(member => member.Offer.Name == name);
}
