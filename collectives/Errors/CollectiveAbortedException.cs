namespace TuneGraph.Collectives;

/// <summary>
/// The group was ended: by <see cref="ProcessGroup.Abort"/>, or because a rank failed, left or was lost.
/// </summary>
public sealed class CollectiveAbortedException : CollectiveException
{
    internal CollectiveAbortedException(AbortNotice notice, CollectiveCall call)
        : base($"Rank {notice.Rank} aborted the group: {notice.Reason}", call) => Notice = notice;

    /// <summary>Who ended the group, and why.</summary>
    public AbortNotice Notice { get; }

    /// <summary>The rank that aborted.</summary>
    public int AbortingRank => Notice.Rank;

    /// <summary>The reason that it gave.</summary>
    public string Reason => Notice.Reason;
}
