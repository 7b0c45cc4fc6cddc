using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>Who holds which result.</summary>
internal sealed class Results(GraphState state)
{
    /// <summary>The first holder of a new result.</summary>
    public void Hold(TaskNode node, WorkerNode holder)
    {
        node.Holder = holder;
        node.IsSpilled = false;
        node.HeldIndex = holder.Held.Count;
        holder.Held.Add(node);
        Weigh(holder, node.Bytes);
    }

    /// <summary>One more holder, the first or another.</summary>
    public void AddHolder(TaskNode node, WorkerNode worker)
    {
        if (node.Holder is null)
            Hold(node, worker);
        else
            AddCopy(node, worker);
    }

    public void AddCopy(TaskNode node, WorkerNode worker)
    {
        if (node.Holder is null)
        {
            if (!node.IsDurable)
                return;
            Hold(node, worker); // a cached copy of a durable result: it serves locality
            return;
        }
        if (node.Holder == worker || !worker.Copies.Add(node))
            return;
        node.NeedExtras().Copies.Add(worker);
        Weigh(worker, node.Bytes);
    }

    /// <summary>A worker no longer holds a result. Returns whether no one does.</summary>
    public bool Drop(TaskNode node, WorkerNode worker)
    {
        if (node.Holder == worker)
        {
            Unhold(node);
            if (node.Extras?.Copies is [.., var heir])
            {
                DropCopy(node, heir);
                Hold(node, heir);
            }
        }
        else if (worker.Copies.Contains(node))
        {
            DropCopy(node, worker);
        }
        return node.Holder is null && !node.IsDurable;
    }

    /// <summary>Deletes a result that no one needs, wherever it lies.</summary>
    public void Release(TaskNode node)
    {
        state.Emit(new ReleaseResult(node.Key, HoldersOf(node)));
        Clear(node);
        state.Move(node, TaskState.Released, Cause.NoOneNeedsIt);
    }

    /// <summary>Forgets all holders of a result.</summary>
    public void Clear(TaskNode node)
    {
        while (node.Extras?.Copies is [.., var copy])
            DropCopy(node, copy);
        if (node.Holder is not null)
            Unhold(node);
        node.IsDurable = false;
    }

    public static ImmutableArray<WorkerId> HoldersOf(TaskNode node) => node switch
    {
        { Holder: null } => [],
        { Extras: null or { Copies: [] } } => [node.Holder.Spec.Id],
        _ => [node.Holder.Spec.Id, .. node.Extras.Copies.Select(worker => worker.Spec.Id)],
    };

    private void Unhold(TaskNode node)
    {
        var holder = node.Holder!;
        var last = holder.Held[^1];
        holder.Held[node.HeldIndex] = last;
        last.HeldIndex = node.HeldIndex;
        holder.Held.RemoveAt(holder.Held.Count - 1);
        node.Holder = null;
        Weigh(holder, -node.Bytes);
    }

    private void DropCopy(TaskNode node, WorkerNode worker)
    {
        worker.Copies.Remove(node);
        node.Extras!.Copies.Remove(worker);
        Weigh(worker, -node.Bytes);
    }

    private void Weigh(WorkerNode worker, long bytes)
    {
        worker.HeldBytes += bytes;
        if (bytes != 0)
            state.Idle.Update(worker);
    }
}
