using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>Which ranks share a host, and which meet across hosts.</summary>
internal sealed class HostMap
{
    /// <param name="hosts">Each rank's host, by any name.</param>
    /// <param name="rank">This rank.</param>
    internal HostMap(ImmutableArray<string> hosts, int rank)
    {
        var byHost = Enumerable.Range(0, hosts.Length).GroupBy(r => hosts[r]).Select(group => group.ToArray())
            .ToArray();
        HasLevels = byHost.Length > 1 && byHost.Length < hosts.Length;
        Mates = byHost.First(mates => mates.Contains(rank));
        IsEven = byHost.All(mates => mates.Length == Mates.Length);
        var place = IsEven ? Array.IndexOf(Mates, rank) : 0;
        Across = [.. byHost.Select(mates => mates[place])];
    }

    /// <summary>The ranks of this rank's host, ascending.</summary>
    internal int[] Mates { get; }

    /// <summary>Whether all hosts have equally many ranks.</summary>
    internal bool IsEven { get; }

    /// <summary>One rank of every host: those in this rank's place where hosts are even, else the first ones.</summary>
    internal int[] Across { get; }

    /// <summary>Whether there are links of two kinds at all.</summary>
    internal bool HasLevels { get; }
}
