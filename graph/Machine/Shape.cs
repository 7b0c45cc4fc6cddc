namespace TuneGraph.Graph;

/// <summary>
/// All tasks of a group that ask for the same things share a shape: if the first of them does not fit anywhere, none
/// does. So a dispatch costs time in proportion to the shapes, not to the tasks.
/// </summary>
internal sealed class Shape(
    GroupNode group,
    int ranks,
    GangPlacement placement,
    ResourceVector resources,
    WorkerConstraints constraints,
    long[] need)
{
    /// <summary>Whose tasks they are.</summary>
    public GroupNode Group { get; } = group;

    public int Ranks { get; } = ranks;

    public GangPlacement Placement { get; } = placement;

    public ResourceVector Resources { get; } = resources;

    public WorkerConstraints Constraints { get; } = constraints;

    /// <summary>What each rank takes, in the units of <see cref="ResourceNames"/>. Empty for slots only.</summary>
    public long[] Need { get; } = need;

    /// <summary>One rank, no resources: may be leased ahead and may wait at a worker.</summary>
    public bool IsPlain { get; } = ranks == 1 && need.Length == 0;

    public bool AllowsAll { get; } = constraints.IsNone;

    public ReadyQueue Queue { get; } = new();

    public bool IsListed { get; set; }

    /// <summary>Its first task did not fit in this pass.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Since when later tasks overtake its first task, because that does not fit.</summary>
    public TimeSpan? OvertakenSince { get; set; }

    /// <summary>Whether its group's quota leaves room for one more.</summary>
    public bool IsAdmitted => Group.Admits(Ranks);

    /// <summary>Whether a worker may run such tasks at all, whatever its free room.</summary>
    public bool Allows(WorkerNode worker) => AllowsAll || Constraints.Allow(worker.Spec);
}
