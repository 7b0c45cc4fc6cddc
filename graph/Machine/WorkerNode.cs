using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>A worker in the graph: what it has, what is leased on it, what it holds.</summary>
internal sealed class WorkerNode
{
    public WorkerNode(WorkerSpec spec, long number, long[] total, double saturation)
    {
        Spec = spec;
        Number = number;
        Total = total;
        Used = new long[total.Length];
        LeaseLimit = (int)Math.Min(int.MaxValue, Math.Ceiling(spec.Slots * saturation));
        AsRanks = [this];
        AsPlacement = [new Placement(spec.Id, 0)];
    }

    public WorkerSpec Spec { get; }

    /// <summary>Order of arrival: breaks ties, so that equal inputs give equal instructions.</summary>
    public long Number { get; }

    public long[] Total { get; }

    public long[] Used { get; }

    public int UsedSlots { get; set; }

    /// <summary>How many plain tasks may be leased at once: slots times saturation.</summary>
    public int LeaseLimit { get; }

    /// <summary>Ranks that a reservation claims, each with <see cref="ReservedNeed"/>.</summary>
    public int ReservedRanks { get; set; }

    public long[] ReservedNeed { get; set; } = [];

    public HashSet<TaskNode> Leases { get; } = [];

    /// <summary>Results whose first holder this is; each knows its index.</summary>
    public List<TaskNode> Held { get; } = [];

    public HashSet<TaskNode> Copies { get; } = [];

    public long HeldBytes { get; set; }

    /// <summary>Ready tasks that wait for this worker because their inputs lie here.</summary>
    public ReadyQueue Homed { get; } = new();

    public int HomedCount { get; set; }

    public bool IsPaused { get; set; }

    public bool IsRetiring { get; set; }

    public bool IsGone { get; set; }

    public bool TakesTasks => !IsPaused && !IsRetiring && !IsGone;

    /// <summary>A slot is free now; beyond that, leases are only taken ahead.</summary>
    public bool HasFreeSlot => UsedSlots < Spec.Slots;

    /// <summary>The keys under which <see cref="IdleWorkers"/> sorts it; fixed while it is listed.</summary>
    public (double Load, long Bytes) IdleRank { get; set; }

    public bool IsListedIdle { get; set; }

    /// <summary>The ranks of every one-rank lease on this worker; shared, never changed.</summary>
    public WorkerNode[] AsRanks { get; }

    public ImmutableArray<Placement> AsPlacement { get; }

    public override string ToString() => Spec.Id.Value;
}
