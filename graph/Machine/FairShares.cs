namespace TuneGraph.Graph;

/// <summary>
/// Whose turn it is where groups of tasks want the same slots: that of the highest priority, then the one that has had
/// the fewest slot-seconds by its share (start-time fair queuing; Goyal, Vin, Cheng 1996; a length is in slot-seconds).
/// A task is charged what it should take when it starts, and what it took when it ends. A group that had nothing to run
/// saves nothing up: it goes on from where the others are.
/// </summary>
internal sealed class FairShares
{
    private readonly Dictionary<string, GroupNode> _groups = [];
    private readonly Dictionary<int, double> _clocks = []; // by priority: the start tag of what was started last

    /// <summary>The group of tasks that name none.</summary>
    public GroupNode Nameless => Of("");

    /// <summary>All groups, in no order.</summary>
    public IEnumerable<GroupNode> All => _groups.Values;

    /// <summary>The virtual time of each priority, in no order.</summary>
    public IReadOnlyDictionary<int, double> Clocks => _clocks;

    /// <summary>What a slot of a task of an unknown family is held for, in ticks; 0 while nothing is known.</summary>
    public double TypicalTicks { get; set; }

    public GroupNode Of(string name)
    {
        if (!_groups.TryGetValue(name, out var group))
            _groups.Add(name, group = new GroupNode(new TaskGroup { Name = name }));
        return group;
    }

    public void Change(TaskGroup spec)
    {
        var group = Of(spec.Name);
        var isMoved = spec.Priority != group.Spec.Priority;
        group.Spec = spec;
        if (isMoved)
            group.Served = _clocks.GetValueOrDefault(spec.Priority); // another clock: what it had elsewhere is past
    }

    public void SetClock(int priority, double time) => _clocks[priority] = time;

    /// <summary>Keeps count of what a group wants.</summary>
    public void Follow(GroupNode group, TaskState from, TaskState to)
    {
        if (IsLive(from) == IsLive(to))
            return;
        if (!IsLive(to))
            group.LiveCount--;
        else if (group.LiveCount++ == 0)
            group.Served = Math.Max(group.Served, _clocks.GetValueOrDefault(group.Spec.Priority));
    }

    /// <summary>An attempt starts.</summary>
    /// <returns>What its group was charged, in slot-seconds by its share.</returns>
    public double Charge(GroupNode group, int ranks, long expectedTicks, bool isKnown)
    {
        var (ticks, priority) = (isKnown || TypicalTicks == 0 ? expectedTicks : TypicalTicks, group.Spec.Priority);
        _clocks[priority] = Math.Max(_clocks.GetValueOrDefault(priority), group.Served);
        var charged = ranks * ticks / TimeSpan.TicksPerSecond / group.Spec.Share;
        group.UsedSlots += ranks;
        group.Served += charged;
        return charged;
    }

    /// <summary>An attempt has ended, and what it really took is known.</summary>
    public void Settle(GroupNode group, Lease lease, TimeSpan now)
    {
        var ticks = (double)(now - lease.At).Ticks;
        var ranks = lease.Ranks.Length;
        group.UsedSlots -= ranks;
        group.Served += (ranks * ticks / TimeSpan.TicksPerSecond / group.Spec.Share) - lease.Charged;
        TypicalTicks = TypicalTicks == 0 ? ticks : TypicalTicks + (0.2 * (ticks - TypicalTicks));
    }

    /// <summary>Below 0 where the first group goes first, above 0 where the second does.</summary>
    public static int Compare(GroupNode one, GroupNode other) =>
        ReferenceEquals(one, other) ? 0
        : one.Spec.Priority != other.Spec.Priority ? other.Spec.Priority.CompareTo(one.Spec.Priority)
        : one.Served.CompareTo(other.Served);

    private static bool IsLive(TaskState state) => state is TaskState.Ready or TaskState.Running;
}
