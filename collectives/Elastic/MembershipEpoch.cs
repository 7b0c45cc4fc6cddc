using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>Who takes part between two changes of membership.</summary>
/// <param name="Number">Counts the epochs of the run, from 1.</param>
/// <param name="Rank">This member's rank in the epoch.</param>
/// <param name="Members">The members' names by rank: who has come furthest first, so that rank 0 has the newest
/// state.</param>
/// <param name="Steps">How many steps each of them had done, by rank.</param>
public sealed record MembershipEpoch(
    long Number, int Rank, ImmutableArray<string> Members, ImmutableArray<long> Steps)
{
    /// <summary>Number of members.</summary>
    public int WorldSize => Members.Length;
}
