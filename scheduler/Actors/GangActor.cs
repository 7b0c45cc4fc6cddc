using Dapr.Actors.Runtime;

namespace TuneGraph.Scheduler;

/// <summary>A gang behind a sidecar.</summary>
/// <param name="host">The actor's place.</param>
/// <param name="fleet">The fleet, which keeps what is known of it.</param>
internal sealed class GangActor(ActorHost host, FleetHost fleet) : Actor(host), IGangActor
{
    private readonly GangTurns _turns = new(host.Id.GetId(), fleet);

    /// <inheritdoc/>
    public Task<GangView?> LookAsync() => _turns.LookAsync();

    /// <inheritdoc/>
    public Task<GangView> ArriveAsync(GangArrival arrival) => _turns.ArriveAsync(arrival);
}
