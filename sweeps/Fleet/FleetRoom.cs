using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>What the workers of a fleet have, were they idle; those that are set aside have nothing.</summary>
internal sealed class FleetRoom(ImmutableArray<FleetMember> members)
{
    /// <summary>Which are set aside, each with the reason.</summary>
    public IEnumerable<string> WhyAside => members.Select(member => member.WhyAside).OfType<string>();

    private IEnumerable<FleetMember> Fit => members.Where(member => member.WhyAside is null);

    /// <summary>How many ranks have room on all workers together.</summary>
    public int Of(ImmutableArray<string> labels, ResourceVector needs) =>
        Fit.Sum(member => member.Offer.Room(labels, needs));

    /// <summary>
    /// Memory for each of some ranks on one worker that none of some workers has and another has; null where none has.
    /// </summary>
    public long? MoreMemoryThan(IEnumerable<string> workers, ImmutableArray<string> labels, int ranks)
    {
        var had = members.Where(member => workers.Contains(member.Offer.Name))
            .Max(member => (long?)member.Offer.MemoryBytes) ?? long.MaxValue;
        var isThere = Fit.Any(member =>
            member.Offer.MemoryBytes > had && member.Offer.Room(labels, ResourceVector.None) >= ranks);
        return isThere ? (had / ranks) + 1 : null;
    }
}
