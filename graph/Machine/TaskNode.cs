namespace TuneGraph.Graph;

/// <summary>A task in the graph. Plain data, about 130 bytes; what few tasks need lies in <see cref="Extras"/>.</summary>
internal sealed class TaskNode(TaskSpec spec)
{
    public TaskSpec Spec { get; set; } = spec;

    public TaskNode[] Dependencies { get; set; } = [];

    /// <summary>Grows by doubling; only the first <see cref="DependentCount"/> count.</summary>
    public TaskNode[] Dependents { get; private set; } = [];

    public int DependentCount { get; private set; }

    /// <summary>Dependents that are open: while there are any, the result is needed.</summary>
    public int OpenDependents { get; set; }

    /// <summary>Dependencies without a result. Right only while the task is waiting or ready.</summary>
    public int WaitingOn { get; set; }

    /// <summary>Position in graph order over all submissions: dependencies come first.</summary>
    public long Order { get; set; }

    public long LastStory { get; set; } = -1;

    public int Attempt { get; set; }

    /// <summary>Where it lies in the list of results of <see cref="Holder"/>.</summary>
    public int HeldIndex { get; set; }

    public TaskState State { get; set; }

    /// <summary>The result lies in a store that outlives workers.</summary>
    public bool IsDurable { get; set; }

    /// <summary>No one outside wants the result any more.</summary>
    public bool IsDropped { get; set; }

    public bool IsBackingOff { get; set; }

    /// <summary>Its holder was told to move the result to disk.</summary>
    public bool IsSpilled { get; set; }

    /// <summary>The worker that holds the result, or the first of several.</summary>
    public WorkerNode? Holder { get; set; }

    public long Bytes { get; set; }

    /// <summary>The slots that it takes. Outlives <see cref="TaskState.Running"/> while an unwanted attempt has yet to stop.</summary>
    public Lease? Lease { get; set; }

    public required Shape Shape { get; init; }

    public required TaskFamily Family { get; init; }

    public NodeExtras? Extras { get; set; }

    public TaskKey Key => Spec.Key;

    public bool IsOpen => State <= TaskState.Running;

    /// <summary>Someone outside the graph counts on the result.</summary>
    public bool IsWanted => !IsDropped && (Spec.KeepResult || DependentCount == 0);

    public ReadOnlySpan<TaskNode> LiveDependents => Dependents.AsSpan(0, DependentCount);

    public NodeExtras NeedExtras() => Extras ??= new NodeExtras();

    public void AddDependent(TaskNode dependent)
    {
        if (DependentCount == Dependents.Length)
        {
            var grown = new TaskNode[DependentCount == 0 ? 1 : DependentCount * 2];
            Dependents.CopyTo(grown, 0);
            Dependents = grown;
        }
        Dependents[DependentCount++] = dependent;
    }

    public void RemoveDependent(TaskNode dependent)
    {
        var at = Array.IndexOf(Dependents, dependent, 0, DependentCount);
        if (at < 0)
            return;
        DependentCount--;
        Array.Copy(Dependents, at + 1, Dependents, at, DependentCount - at); // they stay in graph order
        Dependents[DependentCount] = null!;
    }

    public override string ToString() => $"{Key} {State}";
}

/// <summary>What only some tasks have: trouble, copies, a home.</summary>
internal sealed class NodeExtras
{
    /// <summary>Retriable failures so far.</summary>
    public int Failures { get; set; }

    /// <summary>When the back-off ends.</summary>
    public TimeSpan RetryAt { get; set; }

    /// <summary>The last failure, or why it was cancelled.</summary>
    public string? Reason { get; set; }

    /// <summary>One line for each worker that was lost while it ran the task.</summary>
    public List<string> Kills { get; } = [];

    /// <summary>Workers that hold copies of the result, besides the holder.</summary>
    public List<WorkerNode> Copies { get; } = [];

    /// <summary>The busy worker that a ready task waits for, because its inputs lie there.</summary>
    public WorkerNode? Home { get; set; }
}
