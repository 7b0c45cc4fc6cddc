namespace TuneGraph.Collectives;

/// <summary>Which verb of a <see cref="ProcessGroup"/> a call is.</summary>
public enum CollectiveKind
{
    /// <summary>No call yet.</summary>
    None,

    /// <summary>Every rank gets the reduction of all ranks' values.</summary>
    AllReduce,

    /// <summary>Rank r gets shard r of the reduction of all ranks' values.</summary>
    ReduceScatter,

    /// <summary>Every rank gets the concatenation of all ranks' shards.</summary>
    AllGather,

    /// <summary>Every rank gets the root's values.</summary>
    Broadcast,

    /// <summary>The root gets the reduction of all ranks' values.</summary>
    Reduce,

    /// <summary>The root gets the concatenation of all ranks' shards.</summary>
    Gather,

    /// <summary>Rank r gets shard r of the root's values.</summary>
    Scatter,

    /// <summary>Rank r gets block r of every rank's values.</summary>
    AllToAll,

    /// <summary>Nobody returns before everybody has called.</summary>
    Barrier,

    /// <summary>A sub-group is agreed upon.</summary>
    Split,

    /// <summary>One rank's half of a message to another rank.</summary>
    Send,

    /// <summary>The other half of a message.</summary>
    Receive,
}

internal static class CollectiveKinds
{
    /// <summary>Whether all ranks of the group take part, so that sequence numbers can be compared.</summary>
    internal static bool IsCollective(this CollectiveKind kind) =>
        kind is not (CollectiveKind.None or CollectiveKind.Send or CollectiveKind.Receive);

    internal static string Words(this CollectiveKind kind) => kind switch
    {
        CollectiveKind.AllReduce => "all-reduce",
        CollectiveKind.ReduceScatter => "reduce-scatter",
        CollectiveKind.AllGather => "all-gather",
        CollectiveKind.AllToAll => "all-to-all",
        CollectiveKind.Split => "sub-group creation",
        CollectiveKind.None => "no call",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
