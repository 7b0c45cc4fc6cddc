using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>A worker as a scheduler tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">
/// <c>working</c>; <c>aside</c>: it gets no trials until its disk has room; <c>leaving</c> or <c>refused</c>.
/// </param>
/// <param name="Reason">Why it was refused or set aside; null otherwise.</param>
/// <param name="Version">Version of its program.</param>
/// <param name="Slots">Ranks that it runs at once.</param>
/// <param name="Cores">Processor cores.</param>
/// <param name="Accelerators">GPUs and the like.</param>
/// <param name="MemoryBytes">Memory that it may use.</param>
/// <param name="Labels">What it says of itself.</param>
/// <param name="Attempts">What it works on: study, trial and attempt in words.</param>
public sealed record WorkerView(
    string Name,
    string State,
    string? Reason,
    string Version,
    int Slots,
    int Cores,
    int Accelerators,
    long MemoryBytes,
    ImmutableArray<string> Labels,
    ImmutableArray<string> Attempts)
{
    /// <summary>What its machine was doing when it last spoke, some seconds ago; null where it cannot tell.</summary>
    public MachineLoad? Load { get; init; }

    internal static WorkerView Of(FleetMember member) =>
        new(
            member.Offer.Name,
            member.Refusal is not null ? "refused"
                : member.IsRetiring ? "leaving"
                : member.IsAside ? "aside"
                : "working",
            member.Refusal ?? member.Disk.Shortage,
            member.Offer.Version,
            member.Offer.Slots,
            member.Offer.Cores,
            member.Offer.Accelerators,
            member.Offer.MemoryBytes,
            member.Offer.Labels,
            [.. member.Parts.Select(part => part.Attempt)
                .Select(a => $"{a.Study}/{a.Start.Key} attempt {a.Start.Attempt}")])
        {
            Load = member.Load,
        };
}
