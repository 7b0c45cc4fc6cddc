using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>
/// What all parts of the machine share: the tables, the time, and the instructions of the event at hand.
/// </summary>
internal sealed class GraphState
{
    private readonly List<Instruction> _instructions = [];
    private readonly Dictionary<string, TaskFamily> _families = [];
    private readonly Dictionary<string, TaskFamily>.AlternateLookup<ReadOnlySpan<char>> _familyOf;

    public GraphState(TaskGraphOptions options)
    {
        Options = options;
        Story = new StoryLog(options.StoryLength);
        Ready = new ReadyTasks(Names, Shares);
        Bandwidth = options.BandwidthBytesPerSecond;
        _familyOf = _families.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public TaskGraphOptions Options { get; }

    public Dictionary<string, TaskNode> Tasks { get; } = [];

    public Dictionary<string, WorkerNode> Workers { get; } = [];

    /// <summary>
    /// The workers in order of arrival: what is done for each must not hang on the order of a hash table.
    /// </summary>
    public List<WorkerNode> WorkersInOrder { get; } = [];

    public IReadOnlyDictionary<string, TaskFamily> Families => _families;

    public ResourceNames Names { get; } = new();

    public FairShares Shares { get; } = new();

    public ReadyTasks Ready { get; }

    public IdleWorkers Idle { get; } = new();

    public Deadlines Deadlines { get; } = new();

    public StoryLog Story { get; }

    /// <summary>Number of tasks in each <see cref="TaskState"/>.</summary>
    public int[] Counts { get; } = new int[(int)TaskState.Released + 1];

    /// <summary>Tasks whose last open dependent has closed during this event.</summary>
    public Stack<TaskNode> Unneeded { get; } = new();

    public TimeSpan Now { get; set; }

    public long NextOrder { get; set; }

    /// <summary>
    /// The highest attempt of any forgotten task: a task of the same key starts above it, so that old answers can't
    /// be taken for its own.
    /// </summary>
    public int AttemptFloor { get; set; }

    public long NextWorkerNumber { get; set; }

    /// <summary>Bytes per second between workers, as learnt.</summary>
    public double Bandwidth { get; set; }

    public bool IsStopping { get; set; }

    /// <summary>Tasks that hold a lease, stopping ones included.</summary>
    public int LeaseCount { get; set; }

    /// <summary>Ready tasks that wait for a busy worker.</summary>
    public int HomedCount { get; private set; }

    /// <summary>Leased tasks that their workers have been asked to give back.</summary>
    public int StealsAsked { get; set; }

    public TaskNode? Find(TaskKey key) => key.Value is { } text ? Tasks.GetValueOrDefault(text) : null;

    public WorkerNode? Find(WorkerId id) => id.Value is { } text ? Workers.GetValueOrDefault(text) : null;

    public TaskFamily FamilyOf(TaskSpec spec)
    {
        var name = spec.FamilyName;
        return _familyOf.TryGetValue(name, out var family) ? family : _familyOf[name] = new TaskFamily(name.ToString());
    }

    /// <summary>Expected duration of an attempt in ticks, and whether anything is known about it.</summary>
    public (long Ticks, bool IsKnown) Expect(TaskNode node)
    {
        if (node.Family.DurationTicks >= 0)
            return ((long)node.Family.DurationTicks, true);
        return node.Spec.EstimatedDuration > TimeSpan.Zero
            ? (node.Spec.EstimatedDuration.Ticks, true)
            : (Options.UnknownDuration.Ticks, false);
    }

    public void Emit(Instruction instruction) => _instructions.Add(instruction);

    public ImmutableArray<Instruction> TakeInstructions()
    {
        if (_instructions.Count == 0)
            return [];
        var taken = _instructions.ToImmutableArray();
        _instructions.Clear();
        return taken;
    }

    /// <summary>
    /// The one place where a task's state changes: keeps the counts, the story and what dependencies are needed
    /// for.
    /// </summary>
    public void Move(TaskNode node, TaskState to, Cause cause, object? subject = null)
    {
        var from = node.State;
        var wasOpen = node.IsOpen;
        node.State = to;
        Counts[(int)from]--;
        Counts[(int)to]++;
        Story.Add(node, from, to, Now, cause, subject);
        Shares.Follow(node.Shape.Group, from, to);
        if (wasOpen != node.IsOpen)
            CountForDependencies(node, wasOpen ? -1 : 1);
        if (from == TaskState.Ready && node.Extras is { } extras)
            LeaveHome(extras);
        if (to == TaskState.Ready)
            Ready.Add(node);
    }

    /// <summary>Lets a ready task wait for a busy worker.</summary>
    public void SetHome(TaskNode node, WorkerNode worker)
    {
        node.NeedExtras().Home = worker;
        worker.HomedCount++;
        HomedCount++;
        worker.Homed.Add(node);
    }

    /// <summary>Sends the tasks that wait for a worker back to all the others.</summary>
    public void SendHomeless(WorkerNode worker)
    {
        foreach (var node in worker.Homed.Current(worker).ToList())
        {
            LeaveHome(node.Extras!);
            Ready.Add(node);
        }
    }

    public void AddFamily(TaskFamily family) => _families.Add(family.Name, family);

    /// <summary>Notes something in a task's story without a change of state.</summary>
    public void Note(TaskNode node, Cause cause, object? subject = null) =>
        Story.Add(node, node.State, node.State, Now, cause, subject);

    public GraphException Refuse(string message, TaskNode? node = null) =>
        new(message, node?.Key, node is null ? null : Story.Of(node));

    private void CountForDependencies(TaskNode node, int change)
    {
        foreach (var dependency in node.Dependencies)
        {
            dependency.OpenDependents += change;
            if (dependency.OpenDependents == 0)
                Unneeded.Push(dependency);
        }
    }

    private void LeaveHome(NodeExtras extras)
    {
        if (extras.Home is not { } home)
            return;
        home.HomedCount--;
        HomedCount--;
        extras.Home = null;
    }
}
