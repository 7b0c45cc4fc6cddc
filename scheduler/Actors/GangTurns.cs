namespace TuneGraph.Scheduler;

/// <summary>A gang in this process, as the fleet knows it.</summary>
/// <param name="name">Study, dot, segment.</param>
/// <param name="fleet">The fleet.</param>
internal sealed class GangTurns(string name, FleetHost fleet) : IGangActor
{
    /// <inheritdoc/>
    public Task<GangView?> LookAsync() =>
        Task.FromResult(fleet.Ask(f => f.Attempts.Gang(name) is { } attempt ? ViewOf(attempt) : null));

    /// <inheritdoc/>
    public Task<GangView> ArriveAsync(GangArrival arrival) =>
        Task.FromResult(fleet.Change((f, _) => ViewOf(f.Attempts.Arrive(name, arrival.Token, arrival.Step))));

    private static GangView ViewOf(FleetAttempt attempt) => new(
        attempt.Start.Attempt,
        [
            .. attempt.Parts.Select(part =>
                new GangPartView(part.Member.Offer.Name, part.FirstRank, part.Ranks, part.Step)),
        ],
        attempt.Parts.Min(part => part.Step));
}
